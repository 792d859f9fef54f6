// @ts-check

/** @type {WeakSet<object>} */
const sending = new WeakSet();

/**
 * Does what a form asks for once: whoever asks again while it is being done asks for the same.
 * @param {object} form
 * @param {() => Promise<boolean>} act whether the form is done with, and takes nothing more
 */
export async function once(form, act) {
  if (sending.has(form)) {
    return;
  }
  sending.add(form);
  let done = false;
  try {
    done = await act();
  } finally {
    if (!done) {
      sending.delete(form);
    }
  }
}
