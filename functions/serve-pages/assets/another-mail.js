// The button for another mail, and how long it has to wait.

/** Minutes and seconds, with hours if there are any. */
const clock = (seconds) => {
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(seconds / 3600);
  return (hours > 0 ? [hours, ...parts] : parts).join(":");
};

const anotherMail = {
  button: byId("another-mail"),
  label: byId("another-mail").textContent,
  timer: undefined,

  /** The button may be used again in so many seconds; this survives a reload. */
  waitFor(seconds) {
    remember({ ...remembered(), mailAt: Date.now() + 1000 * seconds });
    this.count();
  },

  /** Counts down on the button. */
  count() {
    clearTimeout(this.timer);
    const seconds = Math.ceil(((remembered().mailAt ?? 0) - Date.now()) / 1000);
    this.button.setAttribute("aria-disabled", String(seconds > 0));
    this.button.textContent = seconds > 0 ? say("another_mail_in", { time: clock(seconds) }) : this.label;
    if (seconds > 0) this.timer = setTimeout(() => this.count(), 1000);
  },
};

