// Search by words. In: the case and what is typed. Out: the entities, sources and facts that have all the words in a
// label, an alias, a title, a note or a text, the best first. The rules are those of `casegraph search` (src/search).

const WEIGHTS = { label: 8, alias: 6, title: 6, id: 4, text: 2, note: 1 };
const FIELDS = Object.keys(WEIGHTS);
const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", "’": "'", ʼ: "'" };
const OF_NAMES = ["label", "alias", "title"];
const LEAST_INSIDE = 3;
// What stands at the beginning of a word goes before what only stands inside one.
const AT_START = 100;
const BEFORE = 40;
const WHOLE = 120;

// Accents, case and width do not matter, and letters that are two are written out.
export function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[ßæœøłđðþı’ʼ]/g, (letter) => LETTERS[letter]);
}

function wordsOf(text) {
  return folded(text).split(/[^\p{Alphabetic}\p{N}]+/u).filter(Boolean);
}

// Words of a query, each by itself, and those in double quotes together.
function phrasesOf(text) {
  const parts = text.split('"').map(wordsOf);
  return parts.flatMap((words, place) => (place % 2 === 1 ? [words] : words.map((word) => [word]))).filter((phrase) => phrase.length > 0);
}

// Where a script writes no spaces, a word may stand anywhere in another.
function begins(word, start) {
  return word.startsWith(start) || (/[^\0-\x7f]/.test(start) && word.includes(start));
}

function isInside(word, part) {
  return [...part].length >= LEAST_INSIDE && word.includes(part);
}

// How well a text has a phrase; 0 where it has not. Only the last word of a phrase may be cut short, and only one that
// stands alone is looked for inside words, of names alone: a remark has too many.
function points({ field, words }, phrase) {
  const front = phrase.slice(0, -1);
  const last = phrase[phrase.length - 1];
  let best = front.length === 0 && OF_NAMES.includes(field) && words.some((word) => isInside(word, last)) ? WEIGHTS[field] : 0;
  for (let at = 0; at + phrase.length <= words.length; at += 1) {
    if (!front.every((word, place) => words[at + place] === word)) continue;
    const end = words[at + front.length];
    if (end === last) return AT_START + WEIGHTS[field] * 2;
    if (begins(end, last)) best = AT_START + WEIGHTS[field];
  }
  return best;
}

export class Index {
  constructor(data) {
    this.data = data;
    this.turn = null;
  }

  // Reading every text takes a moment in a large case, so it waits for the first search.
  read() {
    const { data } = this;
    const text = (field, written) => ({ field, written, words: wordsOf(written) });
    const of = (kind, thing, iri, id, more) => ({ kind, thing, iri, texts: [text("id", id), ...more.filter(([, written]) => written).map(([field, written]) => text(field, written))] });
    return [
      ...data.entities.map((entity) => of("entity", entity, entity.iri, entity.id, [["label", entity.label], ...(entity.otherLabels ?? []).map((label) => ["label", label]), ...(entity.aliases ?? []).map((alias) => ["alias", alias]), ["note", entity.note]])),
      ...data.sources.map((source) => of("source", source, `${data.base}src/${source.id}`, `src/${source.id}`, [["title", source.title], ["note", source.note]])),
      ...data.facts.map((fact) => of("fact", fact, `${data.base}fact/${fact.id}`, `fact/${fact.id}`, [["text", fact.object.text], ["text", fact.subject.text], ["note", fact.note]])),
    ];
  }

  search(query) {
    const phrases = phrasesOf(query);
    if (phrases.length === 0) return [];
    if (this.turn !== this.data.turn) [this.turn, this.things] = [this.data.turn, this.read()];
    const name = phrases.flat().join(" ");
    const found = [];
    for (const one of this.things) {
      const hit = fit(one, phrases, name);
      if (hit) found.push(hit);
    }
    return found.sort((a, b) => a.isInside - b.isInside || b.score - a.score || (a.iri < b.iri ? -1 : 1));
  }
}

function fit({ kind, thing, iri, texts }, phrases, name) {
  let score = 0;
  let isOnlyInside = false;
  let best = null;
  for (const phrase of phrases) {
    let most = 0;
    let where = null;
    for (const text of texts) {
      const got = points(text, phrase);
      if (got > most || (got > 0 && got === most && FIELDS.indexOf(text.field) < FIELDS.indexOf(where.field))) [most, where] = [got, text];
    }
    if (most === 0) return null;
    score += most % AT_START;
    isOnlyInside ||= most < AT_START;
    if (!best || most > best.most) best = { most, text: where, word: phrase[0] };
  }
  if (texts.some(({ field, words }) => (field === "label" || field === "alias") && words.join(" ") === name)) score += 20;
  return { kind, thing, iri, score, isInside: isOnlyInside, field: best.text.field, snippet: around(best.text.written, best.word) };
}

// The part of a text around the first word that begins with another, or else has it inside; what was cut shows as `…`.
function around(text, word) {
  const line = [...text.trim().split(/\s+/).join(" ")];
  if (line.length <= WHOLE) return line.join("");
  const isLetter = (character) => /[\p{Alphabetic}\p{N}]/u.test(character);
  const length = [...word].length * 2 + 2;
  const standsAt = (_, place) => folded(line.slice(place, place + length).join("")).startsWith(word);
  let at = line.findIndex((letter, place) => (place === 0 || !isLetter(line[place - 1])) && standsAt(letter, place));
  if (at < 0) at = Math.max(0, line.findIndex(standsAt));
  let from = Math.max(0, at - BEFORE);
  while (from < at && from > 0 && line[from - 1] !== " ") from += 1;
  const to = Math.min(from + WHOLE, line.length);
  return `${from > 0 ? "…" : ""}${line.slice(from, to).join("").trimEnd()}${to < line.length ? "…" : ""}`;
}
