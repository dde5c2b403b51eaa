// What survives a reload: in this tab only, and no longer than it is of use.
//
// Before the sign-up is accepted, what was typed and the key of the last try. Then the id, and the address to show. At the end, the id.

const MEMORY = "sign-up";

const remembered = () => {
  try {
    return JSON.parse(sessionStorage.getItem(MEMORY)) ?? {};
  } catch {
    return {};
  }
};

const remember = (state) => {
  try {
    sessionStorage.setItem(MEMORY, JSON.stringify(state));
  } catch {
    // A browser that keeps nothing: the page works, but forgets at a reload.
  }
};

