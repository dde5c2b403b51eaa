// Brings the page up to date: whatever is marked as live is replaced by the same part of the page as it is now, if it differs.

const connection = document.getElementById("connection");

/** The page as it is now; undefined if there is no answer. It is parsed, and its scripts do not run. */
const load = () =>
  new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.timeout = 5_000;
    request.onload = () => done(request);
    request.onerror = request.ontimeout = () => done(undefined);
    request.send();
  });

const tell = (text) => {
  if (connection.textContent !== text) connection.textContent = text;
};

/** The link in this part that leads to this address. */
const linkTo = (part, address) => [...part.querySelectorAll("a")].find(({ href }) => href === address);

const replace = (part, fresh) => {
  const focus = part.contains(document.activeElement) ? document.activeElement.href : undefined;
  part.replaceChildren(...fresh.childNodes);
  if (focus !== undefined) linkTo(part, focus)?.focus();
};

const update = (page) => {
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (fresh !== null && !part.isEqualNode(fresh)) replace(part, fresh);
  }
};

/** Moves what is going on into view, if the picture is wider than its frame. */
const showActive = () => {
  const frame = document.querySelector(".diagram");
  const state = frame?.querySelector(".state:not(.frame):is(.running, .waiting, .failed)");
  if (!state) return;
  const [outer, inner] = [frame.getBoundingClientRect(), state.getBoundingClientRect()];
  frame.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
};

const seen = () =>
  document.hidden
    ? new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }))
    : undefined;

const pause = (millis) => new Promise((done) => setTimeout(done, millis));

const follow = async () => {
  let millis = Number(document.getElementById("main").dataset.refresh);
  while (millis > 0) {
    await pause(millis);
    await seen();
    const request = await load();
    if (request === undefined) tell("The local server does not answer.");
    else if (request.status === 404) {
      tell("The local server was started again: its console has another address, which it has printed.");
      return;
    } else if (request.status === 200) {
      tell("");
      update(request.response);
      // A page whose subject has ended says nothing of another time.
      millis = Number(request.response.getElementById("main").dataset.refresh ?? 0);
    }
  }
};

showActive();
follow();
