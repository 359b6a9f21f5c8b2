// What is known of one thing. In: an entity, a fact or several. Out: its facts with dates and status, who says so and
// who denies it, and the way to the source.

import { el, fill, outward, plural } from "./dom.js";
import { spokenDay } from "./days.js";
import { change, state } from "./state.js";
import { DIMMED, POSSIBLE } from "./view.js";

const MOST = 60;
const AGAINST = new Set(["denies", "retracts"]);

export class Details {
  constructor(data, actions) {
    this.data = data;
    this.actions = actions;
    this.whole = el("aside", { class: "details", "aria-label": "Details", tabindex: "0" });
    this.more = MOST;
  }

  // Without anything chosen: what was found, else a path, else what is new on the day that is set.
  update(seen, chosen, { fresh, lastKnown, path, hits }) {
    this.seen = seen;
    const ofChosen = { entity: (things) => this.entity(things[0]), source: (things) => this.source(things[0]), fact: (things) => this.facts(things) };
    const rest = () => (hits ? this.found(hits) : path === undefined ? this.overview(fresh, lastKnown) : this.path(path));
    const isHidden = !chosen && state.select && this.data.view.stamp;
    fill(this.whole, chosen ? ofChosen[chosen.kind](chosen.things) : isHidden ? this.hidden() : rest());
    this.whole.classList.toggle("chosen", Boolean(chosen) || hits !== null);
  }

  // Name and kind of what a search found.
  labelOf({ kind, thing }) {
    if (kind === "entity") return { label: thing.label, kind: this.data.classes[thing.class]?.label ?? "" };
    if (kind === "source") return { label: thing.title, kind: "source" };
    return { label: this.data.sentence(thing), kind: thing.claim ? "statement" : "fact" };
  }

  found(hits) {
    const shown = hits.slice(0, this.more);
    const groups = [["entity", "Names"], ["fact", "Facts and statements"], ["source", "Sources"]];
    return [
      this.head(`“${state.find}”`, el("span", { class: "badge plain" }, "search"), { find: null }),
      el("p", { class: "quiet" }, hits.length === 0 ? "Nothing that is shown here has these words. A word may be cut short; words in double quotes stand next to each other." : `${plural(hits.length, "thing has", "things have")} these words.`),
      groups.map(([kind, words]) => {
        const some = shown.filter((hit) => hit.kind === kind);
        if (some.length === 0) return null;
        return [el("h3", {}, `${words} (${hits.filter((hit) => hit.kind === kind).length.toLocaleString("en-GB")})`), el("ul", { class: "facts" }, some.map((hit) => this.hit(hit)))];
      }),
      hits.length > shown.length && el("button", { type: "button", class: "quiet", onclick: () => this.actions.more() }, `Show more (${(hits.length - shown.length).toLocaleString("en-GB")} left)`),
    ];
  }

  hit(hit) {
    const { label, kind } = this.labelOf(hit);
    const isNews = hit.snippet !== label && hit.field !== "id";
    return el(
      "li",
      { class: "fact-row" },
      el("button", { type: "button", class: "link", dir: "auto", onclick: () => this.actions.goTo(hit.kind, hit.thing) }, label),
      isNews && el("span", { class: "snippet", dir: "auto" }, hit.snippet),
      el("span", { class: "meta" }, [hit.kind === "entity" && kind, isNews && `in the ${hit.field}`].filter(Boolean).join(" · ")),
    );
  }

  // The steps of a path, each with the facts that make it.
  path(path) {
    const [from, to] = [state.from, state.to].map((id) => this.data.entityById.get(id)?.label ?? id);
    const { steps } = path ?? { steps: [] };
    return [
      this.head(`${from} – ${to}`, el("span", { class: "badge plain" }, "path"), { from: null, to: null }),
      el("p", { class: "quiet" }, steps.length > 0 ? `The shortest way takes ${plural(steps.length, "step", "steps")}. Facts count in both directions.` : "No chain of facts that are shown here joins the two."),
      steps.map((step, place) => [
        el("h3", {}, `Step ${place + 1}`),
        step.slice(0, 12).map((pair) => el("section", { class: "relation" },
          el("h4", { dir: "auto" }, `${pair.from.label} – ${pair.to.label}`),
          el("ul", { class: "facts" }, pair.facts.slice(0, 12).map((fact) => this.row(fact))),
          pair.facts.length > 12 && el("p", { class: "note" }, `and ${pair.facts.length - 12} more`))),
        step.length > 12 && el("p", { class: "note" }, `and ${plural(step.length - 12, "other way", "other ways")}`),
      ]),
    ];
  }

  // A source and what it tells.
  source(source) {
    const facts = this.data.factsFrom.get(source);
    const only = state.source.length === 1 && state.source[0] === source.id;
    return [
      this.head(source.title, el("span", { class: "badge plain" }, "source")),
      el("p", { class: "quiet", dir: "auto" }, [source.publisher, source.date].filter(Boolean).join(", ")),
      source.note && el("p", { dir: "auto" }, source.note),
      el("p", {}, source.url ? outward(source.url, "Open the source") : "It has no address on the web."),
      !only && el("div", { class: "actions" }, el("button", { type: "button", onclick: () => change({ source: [source.id] }) }, "Only what it tells")),
      el("h3", {}, plural(facts.length, "fact from it", "facts from it")),
      el("ul", { class: "facts" }, facts.slice(0, this.more).map((fact) => this.row(fact))),
      facts.length > this.more && el("button", { type: "button", class: "quiet", onclick: () => this.actions.more() }, `Show more (${(facts.length - this.more).toLocaleString("en-GB")} left)`),
    ];
  }

  overview(fresh, lastKnown) {
    const { title, description, entities, facts, sources } = this.data;
    if (state.known !== null) {
      const news = [...fresh];
      if (lastKnown === null) return [el("h2", {}, spokenDay(state.known)), el("p", {}, `Nothing of this case was known to ${this.audience()} yet.`)];
      return [
        el("h2", {}, spokenDay(lastKnown)),
        el("p", { class: "quiet" }, `${plural(news.length, "fact", "facts")} became ${this.data.view.knownTo ? "known" : "public"} on this day${lastKnown === state.known ? "" : ", the last before the day that is set"}.`),
        el("ul", { class: "facts" }, news.slice(0, MOST).map((fact) => this.row(fact))),
        news.length > MOST && el("p", { class: "note" }, `and ${news.length - MOST} more`),
        this.legend(),
      ];
    }
    return [
      el("h2", { dir: "auto" }, title),
      description && el("p", { class: "lead", dir: "auto" }, description),
      el("p", { class: "quiet" }, `${plural(facts.length, "fact", "facts")} about ${plural(entities.length, "entity", "entities")}, from ${plural(sources.length, "source", "sources")}.`),
      el("h3", {}, "How to read this"),
      el("ul", { class: "hints" },
        el("li", {}, "Click a box or a line for its facts, and for who says so."),
        this.actions.offersKnown && el("li", {}, "Move ", el("b", {}, "Known on"), " to see only what the public could know on a day; press Play to see the affair come out."),
        el("li", {}, "Move ", el("b", {}, "Held on"), " to see what held on a day."),
        el("li", {}, "Drag to move a drawing; Ctrl and the wheel, or + and −, to enlarge it."),
      ),
      this.legend(),
    ];
  }

  legend() {
    const used = new Set(this.data.facts.map((fact) => fact.standing));
    return el(
      "div",
      { class: "legend" },
      el("h3", {}, "Lines"),
      el("ul", {}, this.data.statuses.filter((status) => used.has(status)).map((status) => {
        const sample = el("span", { class: `sample ${status.pattern}`, "aria-hidden": "true" });
        sample.style.borderColor = status.colour;
        sample.style.borderTopWidth = `${status.width * 1.4}px`;
        return el("li", {}, sample, status.legend);
      })),
      el("h3", {}, "Kinds"),
      el("ul", { class: "kinds" }, Object.values(this.data.classes).map((look) => el("li", {}, this.badge(look)))),
    );
  }

  badge(look) {
    const badge = el("span", { class: "badge" }, look?.label ?? "other");
    badge.style.background = look?.fill ?? "#f4f4f4";
    badge.style.borderColor = look?.border ?? "#767676";
    return badge;
  }

  head(words, kind, without = { select: null }) {
    const close = el("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => change(without) }, "×");
    return [close, kind, el("h2", { dir: "auto" }, words)];
  }

  entity(entity) {
    const facts = this.data.factsOf.get(entity);
    const names = entity.names ?? [];
    const aliases = (entity.aliases ?? []).filter((alias) => !names.some(({ name }) => name === alias));
    const groups = new Map();
    for (const fact of facts) groups.set(fact.relation.label, [...(groups.get(fact.relation.label) ?? []), fact]);
    const ordered = [...groups].sort((a, b) => b[1].length - a[1].length || a[0].localeCompare(b[0]));
    let left = this.more;
    return [
      this.head(entity.label, this.badge(this.data.classes[entity.class])),
      aliases.length > 0 && el("p", { class: "quiet", dir: "auto" }, `also: ${aliases.join(", ")}`),
      names.length > 0 && el("dl", { class: "names" }, names.map(({ since, name, kind }) => [el("dt", {}, since ? `from ${since}` : "no day"), el("dd", { dir: "auto" }, name, kind && el("span", { class: "meta" }, ` ${kind.replace("-", " ")}`))])),
      entity.note && el("p", { dir: "auto" }, entity.note),
      entity.link && el("p", {}, outward(entity.link, "More about it elsewhere")),
      el("div", { class: "actions" },
        el("button", { type: "button", onclick: () => this.actions.around(entity) }, "Surroundings"),
        el("button", { type: "button", class: "begin-path", onclick: () => this.actions.pathFrom(entity) }, "Path to …"),
      ),
      el("h3", {}, plural(facts.length, "fact", "facts")),
      ordered.map(([label, list]) => {
        if (left <= 0) return null;
        const shown = list.slice(0, left);
        left -= shown.length;
        return el("section", { class: "relation" }, el("h4", {}, `${label} (${list.length})`), el("ul", { class: "facts" }, shown.map((fact) => this.row(fact))));
      }),
      facts.length > this.more && el("button", { type: "button", class: "quiet", onclick: () => this.actions.more() }, `Show more (${(facts.length - this.more).toLocaleString("en-GB")} left)`),
    ];
  }

  hidden() {
    return [this.head("Not shown on this day", null), el("p", {}, "What is selected is not part of what this view shows.")];
  }

  // To whom the view shows the case.
  audience() {
    const { knownTo } = this.data.view;
    return knownTo ? (this.data.entityById.get(knownTo)?.label ?? knownTo) : "the public";
  }

  row(fact) {
    const level = this.seen.of(fact);
    return el(
      "li",
      { class: `fact-row ${level === DIMMED ? "out" : ""}` },
      el("button", { type: "button", class: "link", dir: "auto", onclick: () => change({ select: `fact:${fact.id}` }) }, this.data.sentence(fact)),
      el("span", { class: "meta" }, [fact.when, fact.standing.label, level === POSSIBLE ? "possible on this day" : level === DIMMED ? "not among what is set above" : null].filter(Boolean).join(" · ")),
    );
  }

  facts(shown) {
    if (shown.length > 1) {
      return [this.head(plural(shown.length, "record", "records"), null), el("ul", { class: "facts" }, shown.slice(0, MOST).map((fact) => this.row(fact))), shown.length > MOST && el("p", { class: "note" }, `and ${shown.length - MOST} more`)];
    }
    return this.fact(shown[0]);
  }

  fact(fact) {
    const claims = this.data.about.get(fact) ?? [];
    const denials = claims.filter((claim) => AGAINST.has(claim.relation.key));
    const others = claims.filter((claim) => !AGAINST.has(claim.relation.key));
    const lag = fact.lag ? ` (${plural(fact.lag, "day", "days")} later)` : "";
    const label = (key) => this.data.statuses.find((status) => status.key === key)?.label ?? key;
    const entries = [
      ["When", [fact.when || "not known", fact.doubt ? ` (${fact.doubt})` : ""]],
      ["Public since", fact.knownSince ? `${fact.knownSince}${lag}` : this.data.view.knownOn ? null : "not recorded"],
      ["Its end since", fact.endKnownSince],
      ["Status", [el("span", { class: `status ${fact.standing.key}` }, fact.standing.label), fact.confidence === undefined ? "" : `, confidence ${fact.confidence}`]],
      ["On these days", this.onDays(fact)],
      ["Note", fact.note && el("span", { dir: "auto" }, fact.note)],
      ["Record", fact.id],
    ];
    return [
      this.head(this.data.sentence(fact), el("span", { class: "badge plain" }, fact.claim ? "statement" : "fact")),
      el("p", { class: "actions" }, [fact.from, fact.to].filter(Boolean).map((entity) => el("button", { type: "button", dir: "auto", onclick: () => change({ select: `entity:${entity.id}` }) }, entity.label))),
      el("dl", {}, entries.filter(([, value]) => value).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
      fact.judgements && el("h3", {}, "How it was judged"),
      fact.judgements && el("ul", { class: "evidence" }, fact.judgements.map((judged) => el("li", {}, `from ${judged.since}: ${label(judged.status)}`, el("span", { class: "meta", dir: "auto" }, [judged.confidence !== undefined && `confidence ${judged.confidence}`, judged.by].filter(Boolean).join(" · "))))),
      el("h3", {}, "Who says so"),
      el("ul", { class: "evidence" },
        fact.told.map((source, place) => el("li", {}, this.evidence(source), place === 0 && fact.locator ? el("span", { class: "meta" }, fact.locator) : null)),
        fact.told.length === 0 && el("li", { class: "note" }, "No source is recorded."),
        others.map((claim) => this.claim(claim, fact)),
      ),
      denials.length > 0 && el("h3", {}, "Who denies it"),
      denials.length > 0 && el("ul", { class: "evidence denials" }, denials.map((claim) => this.claim(claim, fact))),
    ];
  }

  onDays(fact) {
    if (state.known === null && state.held === null) return null;
    const level = this.seen.of(fact);
    return level === DIMMED ? "not among what is set above" : level === POSSIBLE ? "possible" : "certain";
  }

  claim(claim, fact) {
    const end = (value) => (value?.fact ? `“${this.data.sentence(this.data.factById.get(value.fact) ?? claim, 0)}”` : this.data.name(value));
    const words = claim.subject?.fact === fact.id ? `${claim.relation.label} ${end(claim.object)}` : `${end(claim.subject)} ${claim.relation.label}`;
    return el(
      "li",
      {},
      el("button", { type: "button", class: "link", dir: "auto", onclick: () => change({ select: `fact:${claim.id}` }) }, words),
      el("span", { class: "meta" }, claim.when),
      claim.told.slice(0, 1).map((source) => this.evidence(source)),
    );
  }

  evidence(source) {
    const words = [source.publisher, source.date].filter(Boolean).join(", ");
    const others = this.data.factsFrom.get(source).length - 1;
    const more = el("button", { type: "button", class: "link", onclick: () => change({ select: `source:${source.id}` }) }, plural(others, "other fact", "other facts"), " from it");
    return el("span", { class: "source" }, source.url ? outward(source.url, source.title) : source.title, el("span", { class: "meta", dir: "auto" }, words, words && others > 0 && " · ", others > 0 && more));
  }
}
