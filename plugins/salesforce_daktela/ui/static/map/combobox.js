// @ts-check
/**
 * Comboboxes with one listbox for all of them: list autocomplete, manual selection (ARIA Authoring Practices).
 * Nothing is chosen by hovering or by leaving: Enter or a click takes, Escape closes without a change.
 */
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { exactly, offersFor } from "./offers.logic.js";
import { sampleOf, withPiece } from "./sources.logic.js";
import { state, update } from "./store.js";
import { root, say } from "./words.js";

/**
 * @typedef {import("./offers.logic.js").Offer} Offer
 * @typedef {{kind: "source", source: string} | {kind: "constant", text: string} | {kind: "nothing"}} Taken
 * @typedef {{id: string, value: string, label: string, describedBy?: string, invalid?: boolean, constants?: boolean,
 *   placeholder?: string, take: (taken: Taken) => void}} Box
 */

const LIST = "choices";
const popup = document.createElement("div");
popup.className = "choices";
popup.hidden = true;
const spoken = document.createElement("div");
spoken.className = "hidden-text";
spoken.setAttribute("role", "status");
root.append(popup, spoken);

/** @type {(parent: string) => Promise<string>} */
let loadParent = async () => "";
/** @param {(parent: string) => Promise<string>} load says why it could not */
export function parentsBy(load) {
  loadParent = load;
}

/** The combobox that is in use. @type {{input: HTMLInputElement, box: Box} | null} */
let current = null;
/** @type {Offer[]} */
let offers = [];
/** @type {{from: number, to: number} | null} */
let piece = null;
let marked = -1;
let asTyped = false;
/** What is said below the offers. */
let more = "";
/** The parent whose fields the list waits for, empty for none. */
let reading = "";

/** @param {string} text */
export function announce(text) {
  spoken.textContent = text;
}

/**
 * The input of a combobox.
 * @param {Box} box
 */
export function combobox(box) {
  return html`<input
    class="box"
    id=${box.id}
    type="text"
    role="combobox"
    autocomplete="off"
    spellcheck="false"
    aria-autocomplete="list"
    aria-haspopup="listbox"
    aria-expanded="false"
    aria-controls=${LIST}
    aria-label=${box.label}
    aria-describedby=${box.describedBy || nothing}
    aria-invalid=${box.invalid ? "true" : nothing}
    placeholder=${box.placeholder ?? say("box.placeholder")}
    .value=${live(shown(box))}
    @focus=${(/** @type {FocusEvent} */ event) => enter(event, box)}
    @blur=${leave}
    @click=${(/** @type {Event} */ event) => opened(event, box)}
    @input=${(/** @type {Event} */ event) => typing(event, box)}
    @keydown=${(/** @type {KeyboardEvent} */ event) => key(event, box)}
    />${state.notTaken?.id === box.id ? html`<p class="note"><bdi>${say("box.notTaken", { text: state.notTaken.text })}</bdi></p>` : nothing}`;
}

/**
 * What stands in the input: while it is in use, what is typed and not yet taken.
 * @param {Box} box
 */
function shown(box) {
  if (current?.input.id !== box.id) {
    return box.value;
  }
  const { input, box: before } = current;
  // What was taken may have gone to another place, as out of the box that adds a source.
  current.box = box;
  return input.value === before.value ? box.value : input.value;
}

/**
 * @param {Event} event
 * @param {Box} box
 */
function enter(event, box) {
  const input = /** @type {HTMLInputElement} */ (event.currentTarget);
  if (current?.input !== input) {
    current = { input, box };
    asTyped = false;
  }
}

function leave() {
  if (current === null) {
    return;
  }
  const { input, box } = current;
  close();
  current = null;
  if (input.value !== box.value) {
    announce(say("box.notTaken", { text: input.value }));
    update({ notTaken: { id: box.id, text: input.value } });
    input.value = box.value;
  }
}

/**
 * @param {Event} event
 * @param {Box} box
 */
function opened(event, box) {
  enter(event, box);
  if (popup.hidden) {
    // Whoever clicks to choose another one types over what stands there; a second click places the cursor.
    /** @type {HTMLInputElement} */ (event.currentTarget).select();
    open(false);
  }
}

/**
 * @param {Event} event
 * @param {Box} box
 */
function typing(event, box) {
  enter(event, box);
  open(true);
  if (state.notTaken !== null) {
    update({ notTaken: null });
  }
}

/** @param {boolean} filtered whether what stands in the input is a search, or only what was chosen before */
function open(filtered) {
  if (current === null) {
    return;
  }
  asTyped = filtered;
  marked = -1;
  list();
}

function list() {
  if (current === null) {
    return;
  }
  const { input, box } = current;
  const text = asTyped ? input.value : "";
  const caret = input.selectionStart ?? text.length;
  const constants = box.constants ?? false;
  const offered = offersFor({ text, caret, index: state.index, parents: state.parents, constants });
  offers = offered.offers;
  piece = offered.piece;
  popup.hidden = false;
  input.setAttribute("aria-expanded", "true");
  reading = offered.parent;
  if (reading === "") {
    tell(offers.length === 0 ? say("box.none") : heard(offered.total));
  } else {
    tell(say("box.reading", { parent: reading }));
    void read(reading, input);
  }
  place(input);
}

/**
 * Reads a parent's fields, and lists them if they are still asked for. Those that cannot be read are asked for again with
 * the next key, and not before.
 * @param {string} parent
 * @param {HTMLInputElement} input
 */
async function read(parent, input) {
  const wrong = await loadParent(parent);
  if (current?.input !== input || popup.hidden || reading !== parent) {
    return;
  }
  if (wrong === "") {
    list();
  } else {
    tell(wrong);
  }
}

/**
 * Says below the offers, and to who does not see it, what is known of them.
 * @param {string} text
 */
function tell(text) {
  more = text;
  show();
  announce(text);
}

/** @param {number} total */
function heard(total) {
  const shown = offers.filter((offer) => offer.field !== null).length;
  return shown < total ? say("box.foundFirst", { count: total, shown }) : say("box.found", { count: total });
}

function show() {
  render(
    html`<ul id=${LIST} role="listbox" aria-label=${say("box.list")}>${offers.map(option)}</ul>
      <p class="more" aria-hidden="true">${more}</p>`,
    popup,
  );
  const active = marked < 0 ? null : popup.querySelector(`#choice-${marked}`);
  active?.scrollIntoView({ block: "nearest" });
  if (active === null) {
    current?.input.removeAttribute("aria-activedescendant");
  } else {
    current?.input.setAttribute("aria-activedescendant", `choice-${marked}`);
  }
}

/**
 * @param {Offer} offer
 * @param {number} number
 */
function option(offer, number) {
  return html`<li
    id=${`choice-${number}`}
    role="option"
    class="offer"
    aria-selected=${number === marked ? "true" : "false"}
    @click=${() => take(offer)}
  >
    ${offer.field === null ? written(offer) : listed(offer.field)}
  </li>`;
}

/** @param {Offer} offer */
function written(offer) {
  return html`<span class="label">${say(`box.as.${offer.kind}`)}</span> <code>${offer.text}</code>`;
}

/** @param {import("./fields.logic.js").Field} field */
function listed(field) {
  const sample = field.parent ? undefined : sampleOf(field.path, state.samples.values);
  return html`<bdi class="label">${field.label}</bdi> <code>${field.path}${field.parent ? "." : ""}</code>
    <span class="type">${field.parent ? say("box.parent") : field.type}</span>
    ${sample === undefined ? nothing : html`<bdi class="sample">${sample === "" ? say("sample.empty") : sample}</bdi>`}`;
}

/** @param {HTMLInputElement} input */
function place(input) {
  const box = input.getBoundingClientRect();
  const frame = root.getBoundingClientRect();
  const width = Math.max(box.width, Math.min(560, frame.width));
  const left = Math.min(box.left, frame.right - width) - frame.left;
  const above = window.innerHeight - box.bottom < popup.offsetHeight && box.top > popup.offsetHeight;
  popup.style.setProperty("width", `${width}px`);
  popup.style.setProperty("left", `${Math.max(0, left)}px`);
  popup.style.setProperty("top", `${(above ? box.top - popup.offsetHeight - 4 : box.bottom + 4) - frame.top}px`);
}

function close() {
  popup.hidden = true;
  marked = -1;
  current?.input.setAttribute("aria-expanded", "false");
  current?.input.removeAttribute("aria-activedescendant");
}

/**
 * @param {KeyboardEvent} event
 * @param {Box} box
 */
function key(event, box) {
  enter(event, box);
  const handled = popup.hidden ? closedKey(event) : openKey(event);
  if (handled) {
    event.preventDefault();
    event.stopPropagation();
  }
}

/** @param {KeyboardEvent} event */
function closedKey(event) {
  switch (event.key) {
    case "ArrowDown":
    case "ArrowUp":
      open(false);
      if (!event.altKey) {
        mark(event.key === "ArrowDown" ? 0 : offers.length - 1);
      }
      return true;
    case "Enter":
      return takeTyped();
    case "Escape":
      return revert();
    default:
      return false;
  }
}

/** @param {KeyboardEvent} event */
function openKey(event) {
  switch (event.key) {
    case "ArrowDown":
      mark(marked + 1 < offers.length ? marked + 1 : 0);
      return true;
    case "ArrowUp":
      if (event.altKey) {
        close();
      } else {
        mark(marked > 0 ? marked - 1 : offers.length - 1);
      }
      return true;
    case "PageDown":
      mark(Math.min(marked + 10, offers.length - 1));
      return true;
    case "PageUp":
      mark(Math.max(marked - 10, 0));
      return true;
    case "Enter":
      return marked >= 0 && offers[marked] !== undefined ? take(offers[marked]) : takeTyped();
    case "Escape":
      close();
      return revert();
    default:
      return false;
  }
}

/** @param {number} number */
function mark(number) {
  marked = offers.length === 0 ? -1 : number;
  show();
}

function revert() {
  if (current !== null && current.input.value !== current.box.value) {
    current.input.value = current.box.value;
    return true;
  }
  return popup.hidden === false;
}

/** Enter without a marked offer: the text itself, where it is exactly something. */
function takeTyped() {
  if (current === null) {
    return false;
  }
  const { input, box } = current;
  const text = input.value.trim();
  if (text === box.value) {
    close();
    return true;
  }
  if (text === "") {
    close();
    taken({ kind: "nothing" });
    return true;
  }
  const found = exactly(text, offers);
  if (found !== undefined) {
    return take(found);
  }
  announce(say("box.choose"));
  return true;
}

/** @param {Offer} offer */
function take(offer) {
  if (current === null) {
    return false;
  }
  const { input } = current;
  if (offer.kind === "parent") {
    fill(`${offer.text}.`, true);
  } else if (offer.kind === "field" && piece !== null) {
    fill(offer.text, false);
    close();
    announce(say("box.template"));
  } else if (offer.kind === "constant") {
    close();
    taken({ kind: "constant", text: offer.text });
  } else {
    close();
    input.value = offer.text;
    taken({ kind: "source", source: offer.text });
  }
  return true;
}

/**
 * Writes a path into the input: alone, or into the piece of the template in which the caret stands.
 * @param {string} path
 * @param {boolean} further
 */
function fill(path, further) {
  const { input } = /** @type {NonNullable<typeof current>} */ (current);
  if (piece === null) {
    input.value = path;
  } else if (further) {
    input.value = input.value.slice(0, piece.from) + path + input.value.slice(piece.to);
    input.setSelectionRange(piece.from + path.length, piece.from + path.length);
  } else {
    const after = withPiece(input.value, piece, path);
    input.value = after.text;
    input.setSelectionRange(after.caret, after.caret);
  }
  input.focus();
  if (further) {
    open(true);
  }
}

/** @param {Taken} what */
function taken(what) {
  const box = current?.box;
  if (current !== null && box !== undefined) {
    current.box = { ...box, value: what.kind === "source" ? what.source : "" };
    current.input.value = current.box.value;
    box.take(what);
  }
}

// Keeps the focus in the input, also while the list is scrolled.
popup.addEventListener("mousedown", (event) => event.preventDefault());
window.addEventListener("resize", close);
