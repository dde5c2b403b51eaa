// The API, and what the page says about answers that are not those of the use case.

const TIMEOUT_MILLIS = 15_000;
const MAX_RETRIES = 3;
const LONGEST_PAUSE_SECONDS = 10;

/** Seconds until the next try, if the server says so. */
const secondsToWait = (response) => {
  const seconds = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
  return seconds >= 0 ? seconds : undefined;
};

/** One request. A status of 0 means that there was no answer. */
const requestOnce = async (method, path, body, headers) => {
  try {
    // Relative to the page, since a stage name may precede both paths.
    const response = await fetch(path, {
      method,
      headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    });
    const answer = { status: response.status, retryAfter: secondsToWait(response), body: {} };
    try {
      answer.body = await response.json();
    } catch {
      // API Gateway's own errors need not be JSON; the status says enough.
    }
    return answer;
  } catch {
    return { status: 0, retryAfter: undefined, body: {} };
  }
};

/**
 * A request that is repeated as long as the server asks for it with 503, and after a lost answer if a second time does no harm.
 */
const request = async (method, path, { body, headers = {}, safe = false, retries = MAX_RETRIES } = {}) => {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await requestOnce(method, path, body, headers);
    const again = answer.status === 503 || (answer.status === 0 && safe);
    if (!again || attempt >= retries) return answer;
    await pause(1000 * Math.min(answer.retryAfter ?? 2 ** attempt, LONGEST_PAUSE_SECONDS));
  }
};

/** "in 3 minutes", in the page's language. */
const fromNow = (seconds) => {
  const [count, unit] =
    seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return new Intl.RelativeTimeFormat(document.documentElement.lang).format(Math.ceil(count), unit);
};

/** What to say of an answer that the use case does not expect. */
const problemOf = (answer) => {
  if (answer.status === 0) return say("unreachable");
  if (answer.status === 429) return say("too_many", { time: fromNow(answer.retryAfter ?? 60) });
  if (answer.status >= 400 && answer.status < 500) return say("rejected");
  return say("unavailable");
};

