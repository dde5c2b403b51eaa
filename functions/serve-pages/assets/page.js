// The page: its words, its views, and what readers of a screen hear.

/** The element of this id. */
const byId = (id) => document.getElementById(id);

const words = new Map(
  [...byId("words").content.children].map((element) => [element.dataset.word, element.textContent]),
);

/** The words of this name, with these values in place of their placeholders. */
const say = (name, values = {}) => words.get(name).replace(/\{(\w+)\}/g, (_, key) => values[key]);

/** Tells everybody what goes on, without a change of the focus. The same text twice is told once. */
const announce = (text) => {
  if (byId("status").textContent !== text) byId("status").textContent = text;
};

/** Takes back what was told, if it is still there. */
const takeBack = (text) => {
  if (byId("status").textContent === text) announce("");
};

/** Shows one view and no other. A reader goes on at its headline, unless the page has just been loaded. */
const show = (view, { focus = true } = {}) => {
  for (const section of document.querySelectorAll("main > section")) {
    section.hidden = section.id !== view;
  }
  const headline = byId(view).querySelector("h1");
  document.title = headline.textContent;
  if (focus) headline.focus();
};

/** Shows the view of the end. */
const showEnd = (title, text) => {
  byId("end-title").textContent = title;
  byId("end-text").textContent = text;
  announce("");
  show("end");
};

/**
 * Runs the action of a button, and no second time meanwhile. The button stays focusable: a disabled one would lose the focus.
 */
const whileBusy = async (button, action) => {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  announce(say("working"));
  try {
    await action();
  } finally {
    button.removeAttribute("aria-disabled");
    takeBack(say("working"));
  }
};

const pause = (millis) => new Promise((done) => setTimeout(done, millis));

