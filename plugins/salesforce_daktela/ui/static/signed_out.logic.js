// @ts-check
/** Airflow's word for a token that it does not take. */
const REFUSED = "Invalid JWT token";

/**
 * The status of a reply, 401 where it is that of a sign-in which ended: Airflow's public API says 403 of a token that is
 * revoked, or signed with another key, as it does of a missing right.
 * @param {number} status
 * @param {any} body
 */
export function statusOf(status, body) {
  return status === 403 && body?.detail === REFUSED ? 401 : status;
}

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
