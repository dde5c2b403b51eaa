"use strict";
(() => {
  const button = document.getElementById("confirm");
  const outcome = document.getElementById("outcome");
  const retries = 4;
  const patience = 10000;
  let busy = false;

  const say = (text) => { outcome.textContent = text; };
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  // The button stays focusable while it works: a disabled one would drop the keyboard's focus.
  const work = (working) => {
    busy = working;
    button.setAttribute("aria-disabled", String(working));
  };

  // The link has done what it could; it need not stay in the browser's history.
  const finish = (text) => {
    say(text);
    outcome.tabIndex = -1;
    outcome.focus();
    button.hidden = true;
    history.replaceState(null, "", location.pathname);
  };

  // Beside the page, wherever that is: a stage other than the default one stands in front of both.
  const send = (token) => fetch("verifications", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(patience),
  });

  const secondsToWait = (answer) => {
    const seconds = Number(answer.headers.get("retry-after"));
    return seconds >= 1 && seconds <= 10 ? seconds : 1;
  };

  const confirm = async () => {
    const token = location.hash.slice(1);
    if (token === "") {
      say("This link is not complete. Please open it from the mail again.");
      return;
    }
    say("One moment, please.");
    for (let tried = 0; ; tried += 1) {
      const answer = await send(token);
      if (answer.status === 202) {
        finish("Thank you. Your address is confirmed.");
      } else if (answer.status === 410 || answer.status === 422) {
        finish("This link can no longer be used. If you still want an account, please sign up again.");
      } else if (answer.status === 503 && tried < retries) {
        await pause(1000 * secondsToWait(answer));
        continue;
      } else {
        say("That did not work yet. Please try again in a moment.");
      }
      return;
    }
  };

  button.addEventListener("click", async () => {
    if (busy) return;
    work(true);
    try {
      await confirm();
    } catch {
      say("The server cannot be reached. Please check your connection and try again.");
    } finally {
      work(false);
    }
  });
})();
