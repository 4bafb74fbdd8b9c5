// The table of counters and the waiting counts of services.

import { byId, element, fit, photo, say } from "./dom.js";
import { Pager } from "./pager.js";

const FEW = 3;
const rows = new Map();
const chips = new Map();
const rowPager = new Pager(byId("counters"));
const chipPager = new Pager(byId("services"));

export function showCounters(counters) {
  const list = byId("counters");
  const names = counters.map((counter) => counter.number);
  const hasChanged = names.join() !== [...rows.keys()].join();
  if (hasChanged) {
    rows.clear();
    for (const name of names) rows.set(name, makeRow(name));
    list.replaceChildren(...[...rows.values()].map((row) => row.root));
    list.classList.toggle("few", names.length <= FEW);
  }
  for (const counter of counters) fillRow(rows.get(counter.number), counter);
  if (hasChanged) rowPager.arrange();
}

export function showServices(services) {
  const names = services.map((service) => service.code);
  if (names.join() !== [...chips.keys()].join()) {
    chips.clear();
    for (const name of names) chips.set(name, makeChip());
    byId("services").replaceChildren(...[...chips.values()].map((chip) => chip.root));
  }
  const words = () => byId("services").textContent.length;
  const before = words();
  for (const service of services) {
    const chip = chips.get(service.code);
    say(chip.name, service.name);
    say(chip.count, String(service.waiting));
  }
  if (words() !== before) chipPager.arrange();
}

export function arrangeAll() {
  rowPager.arrange();
  for (const row of rows.values()) fitDoes(row.does);
  chipPager.arrange();
}

function makeRow(number) {
  const root = element("li", "row");
  const parts = { root, ticket: element("b"), status: element("span"), does: element("div", "does"), who: element("div", "who"), left: element("div", "left"), person: null };
  const now = element("div", "now");
  now.append(parts.ticket, parts.status);
  parts.count = element("b");
  parts.left.append(parts.count, "人");
  root.append(element("div", "place", String(number)), now, parts.does, parts.who, parts.left);
  return parts;
}

function fillRow(row, counter) {
  if (row.root.dataset.status !== counter.status) row.root.dataset.status = counter.status;
  say(row.ticket, counter.ticket);
  say(row.status, counter.status_words);
  const isPaused = counter.status === "paused";
  const does = isPaused ? counter.absence.join("　") : counter.services.join("、");
  if (row.does.textContent !== does) {
    row.does.replaceChildren(...(isPaused ? wholeWords(counter.absence) : [does]));
    fitDoes(row.does);
  }
  if (counter.waiting !== null) say(row.count, String(counter.waiting));
  const person = JSON.stringify(counter.person);
  if (row.person !== person) {
    row.person = person;
    row.who.replaceChildren(...(counter.person ? staff(counter.person) : []));
  }
}

// A phone is never torn at its dash.
function wholeWords(words) {
  return words.flatMap((one, at) => [at ? "　" : "", element("span", "whole", one)]);
}

function fitDoes(does) {
  fit(does, () => does.scrollHeight <= does.clientHeight + 1);
}

function staff(person) {
  const words = element("div", "words");
  const number = person.kind === "民警" ? `警号 ${person.id}` : `工号 ${person.id}`;
  words.append(element("span", "", `${person.kind} ${person.name}`), element("span", "", number));
  if (person.phone) words.append(element("span", "", person.phone));
  return [photo(person.photo, person.name), words];
}

function makeChip() {
  const root = element("li");
  const parts = { root, name: element("span"), count: element("b") };
  root.append(parts.name, "等候", parts.count, "人");
  return parts;
}
