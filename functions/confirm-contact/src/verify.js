"use strict";
(() => {
  const button = document.getElementById("confirm");
  const outcome = document.getElementById("outcome");
  const retries = 4;
  const timeoutMillis = 10000;
  let busy = false;

  const say = (text) => { outcome.textContent = text; };
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  // The button stays focusable while it works: a disabled one would drop the keyboard's focus.
  const setBusy = (value) => {
    busy = value;
    button.setAttribute("aria-disabled", String(value));
  };

  // Removes the token from the browser's history.
  const finish = (text) => {
    say(text);
    outcome.tabIndex = -1;
    outcome.focus();
    button.hidden = true;
    history.replaceState(null, "", location.pathname);
  };

  // Relative to the page, since a stage name may precede both paths.
  const send = (token) => fetch("verifications", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(timeoutMillis),
  });

  const secondsToWait = (response) => {
    const seconds = Number(response.headers.get("retry-after"));
    return seconds >= 1 && seconds <= 10 ? seconds : 1;
  };

  const confirm = async () => {
    const token = location.hash.slice(1);
    if (token === "") {
      say("This link is not complete. Please open it from the mail again.");
      return;
    }
    say("One moment, please.");
    for (let attempt = 0; ; attempt += 1) {
      const response = await send(token);
      if (response.status === 202) {
        finish("Thank you. Your address is confirmed.");
      } else if (response.status === 410 || response.status === 422) {
        finish("This link can no longer be used. If you still want an account, please sign up again.");
      } else if (response.status === 503 && attempt < retries) {
        await pause(1000 * secondsToWait(response));
        continue;
      } else {
        say("That did not work yet. Please try again in a moment.");
      }
      return;
    }
  };

  button.addEventListener("click", async () => {
    if (busy) return;
    setBusy(true);
    try {
      await confirm();
    } catch {
      say("The server cannot be reached. Please check your connection and try again.");
    } finally {
      setBusy(false);
    }
  });
})();
