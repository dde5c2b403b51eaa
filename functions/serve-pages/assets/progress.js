// How a sign-up goes on, by looking again and again, less and less often.

const FIRST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 30_000;
const GROWTH = 1.5;

/**
 * Looks at a sign-up until `onAnswer` returns true. A page that nobody sees does not look.
 *
 * @returns {{ hurry: () => void, stop: () => void }}
 */
const follow = (id, onAnswer) => {
  let millis;
  let timer;
  // Answers to earlier looks do not count.
  let current = 0;

  const stop = () => {
    current += 1;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", hurryIfSeen);
  };

  const look = async () => {
    clearTimeout(timer);
    current += 1;
    const mine = current;
    const answer = await request("GET", `users/${id}`, { retries: 0 });
    if (mine !== current) return;
    if (onAnswer(answer)) return stop();
    // Not all at the same time.
    const spread = 0.8 + 0.4 * Math.random();
    const asked = 1000 * (answer.retryAfter ?? 0);
    timer = setTimeout(look, Math.max(millis * spread, asked));
    millis = Math.min(millis * GROWTH, LONGEST_PAUSE_MILLIS);
  };

  const hurry = () => {
    millis = FIRST_PAUSE_MILLIS;
    look();
  };

  const hurryIfSeen = () => {
    if (document.visibilityState === "visible") hurry();
    else clearTimeout(timer);
  };

  document.addEventListener("visibilitychange", hurryIfSeen);
  hurry();
  return { hurry, stop };
};

/** Marks the steps that are done. */
const showSteps = (steps) => {
  for (const item of document.querySelectorAll("[data-step]")) {
    const done = steps[item.dataset.step] === true;
    item.classList.toggle("done", done);
    item.querySelector("[data-state]").textContent = `: ${done ? say("step_done") : say("step_open")}`;
  }
};

