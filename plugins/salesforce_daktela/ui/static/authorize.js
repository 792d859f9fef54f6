// @ts-check
import { page, send } from "./http.js";

/**
 * @typedef {{label: string, text: string, note: string, state: string}} Fact
 * @typedef {{label: string, place: string}} Place
 * @typedef {{system: string, headline: string, facts: Fact[], what: string, advice: string, fields: Place[]}} EndReply
 */

const button = /** @type {HTMLButtonElement} */ (document.getElementById("authorize"));
const status = /** @type {HTMLElement} */ (document.getElementById("authorize-status"));
const problem = /** @type {HTMLElement} */ (document.getElementById("authorize-problem"));
const sync = button.dataset.sync ?? "";

/**
 * @param {string} name
 * @param {string} text
 * @param {string} [kind]
 */
function made(name, text, kind) {
  const element = document.createElement(name);
  element.textContent = text;
  if (kind) {
    element.className = kind;
  }
  return element;
}

/** @param {EndReply} reply */
function answer(reply) {
  const place = document.querySelector(`[data-reply="${reply.system}"] [data-answer]`);
  const parts = reply.what ? failure(reply) : [made("p", reply.headline, "badge active"), facts(reply.facts)];
  place?.replaceChildren(...parts);
}

/** @param {Fact[]} found */
function facts(found) {
  const list = made("dl", "", "facts");
  for (const fact of found) {
    const text = made("dd", "");
    text.append(made("bdi", fact.text, fact.state));
    if (fact.note) {
      text.append(made("span", fact.note, "detail"));
    }
    const row = made("div", "");
    row.append(made("dt", fact.label), text);
    list.append(row);
  }
  return list;
}

/** @param {EndReply} reply */
function failure(reply) {
  const said = made("div", "", "failure");
  said.append(made("p", reply.what, "problem"), made("p", reply.advice, "detail"));
  const parts = [made("p", reply.headline, "badge broken"), said];
  if (reply.fields.length > 0) {
    const change = made("p", `${button.dataset.change} `, "change");
    reply.fields.forEach((field, number) => {
      const link = document.createElement("a");
      link.href = page(`/syncs/${sync}/connect#${field.place}`);
      link.textContent = field.label;
      change.append(number ? ", " : "", link);
    });
    parts.push(change);
  }
  return parts;
}

button.addEventListener("click", async () => {
  const label = button.textContent;
  button.disabled = true;
  problem.hidden = true;
  status.className = "";
  status.textContent = button.dataset.asking ?? "";
  const reply = await send("POST", page(`/syncs/${sync}/authorize`), {});
  button.disabled = false;
  status.textContent = "";
  if (!reply.ok) {
    button.textContent = label;
    problem.hidden = false;
    problem.textContent = reply.body?.detail ?? button.dataset.failed ?? "";
    return;
  }
  button.textContent = button.dataset.again ?? "";
  status.className = "hidden-text";
  status.textContent = reply.body.ends.map((/** @type {EndReply} */ end) => end.headline).join(". ");
  for (const end of reply.body.ends) {
    answer(end);
  }
});
