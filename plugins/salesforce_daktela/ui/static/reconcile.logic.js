// @ts-check
/** What a comparison is started with. Free of the DOM. */

/**
 * The `conf` of a run of the DAG that compares.
 * @param {{ name: string, chosen: boolean }[]} mappings
 * @param {boolean} repair
 * @returns {{ repair: boolean, mappings: string[] | null } | null} null where no mapping is chosen
 */
export function confOf(mappings, repair) {
  const chosen = mappings.filter((each) => each.chosen).map((each) => each.name);
  if (chosen.length === 0) {
    return null;
  }
  // All of them means also those that the next deployment adds.
  return { repair, mappings: chosen.length === mappings.length ? null : chosen };
}
