// @ts-check
/**
 * Tells the answer to the last question from those to questions before it: answers come in any order, and what was asked
 * may not hold any more.
 */
export function makeTurns() {
  let asked = 0;

  return {
    /**
     * A question is asked, or what was asked does not hold any more.
     * @returns {() => boolean} whether nothing has been asked since
     */
    begin() {
      asked += 1;
      const mine = asked;
      return () => mine === asked;
    },
  };
}
