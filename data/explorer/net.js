// The server that the page came from. In: paths. Out: answers. Every request bears the token, where there is one, and
// the view that the page itself was asked for (`/?known-on=…`): such a page never gets what the view hides.

const TOKEN = "casegraph-token";
export const sealed = new URLSearchParams([...new URLSearchParams(location.search)].filter(([name]) => ["as-of", "known-on", "known-to", "possible"].includes(name)));

// Takes the token out of the address, so that it is not sent on with it.
export function takeToken() {
  const found = /[#&]token=([^&]+)/.exec(location.hash);
  if (found) {
    keepToken(decodeURIComponent(found[1]));
    history.replaceState(null, "", location.pathname + location.search);
  }
}

export function keepToken(text) {
  sessionStorage.setItem(TOKEN, text);
}

export class Refused extends Error {
  constructor(status, text, problem) {
    super(text.trim());
    this.status = status;
    this.problem = problem;
  }
}

export async function ask(path, words = new URLSearchParams(), options = {}) {
  const all = new URLSearchParams(words);
  for (const [name, value] of sealed) if (!all.has(name)) all.append(name, value);
  const text = all.toString();
  const headers = { ...(options.headers ?? {}) };
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers.Authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(text ? `${path}?${text}` : path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, "The server does not answer. Is `casegraph serve` still running?");
  }
  if (answer.ok) return answer;
  const body = await answer.text();
  const isProblem = answer.headers.get("content-type")?.startsWith("application/problem+json");
  const problem = isProblem ? JSON.parse(body) : null;
  throw new Refused(answer.status, problem?.detail ?? body, problem);
}
