// @ts-check
/**
 * Tells from replies whether the person is signed out. A request that was under way when another one was refused may have
 * been answered before the sign-in ended, so its reply says nothing.
 */
export function makeSignedOut() {
  let begun = 0;
  let begunAtRefusal = 0;

  return {
    /** @returns {number} of a request that begins now */
    begin() {
      begun += 1;
      return begun;
    },
    /**
     * @param {number} request what `begin` has returned
     * @param {number} status of its reply
     * @returns {boolean | null} whether the person is signed out, null where the reply does not tell
     */
    after(request, status) {
      if (status === 401) {
        begunAtRefusal = begun;
        return true;
      }
      return request > begunAtRefusal ? false : null;
    },
  };
}
