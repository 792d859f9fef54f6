// @ts-check
/** What a run that tries rejects again is asked to do. */

/**
 * @typedef {object} Chosen
 * @property {string} mapping
 * @property {string} [code]
 * @property {string} [id]
 */

/**
 * The body with which Airflow starts one run for what was chosen.
 * @param {Chosen[]} chosen all with codes, or all with Ids
 */
export function replayOf(chosen) {
  const codes = unique(chosen.map((each) => each.code));
  const ids = unique(chosen.map((each) => each.id));
  return {
    logical_date: null,
    conf: {
      mode: "replay",
      mappings: unique(chosen.map((each) => each.mapping)),
      ...(codes.length > 0 ? { codes } : {}),
      ...(ids.length > 0 ? { ids } : {}),
    },
  };
}

/** @param {(string | undefined)[]} values */
function unique(values) {
  return [...new Set(values.filter((value) => value !== undefined && value !== ""))];
}

/**
 * What the page says of the run it has started.
 * @param {string} state as Airflow has it
 * @returns {"waiting" | "started" | "ended" | "failed"}
 */
export function tellOf(state) {
  if (state === "queued") {
    return "waiting";
  }
  return state === "success" ? "ended" : state === "failed" ? "failed" : "started";
}
