// Owns waits that end: a promise and the time it may take.

/** The result, or an error that names what did not come in time. The time is in ms. */
export async function within<Result>(time: number, what: string, result: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`No ${what} within ${time} ms`));
    }, time);
  });
  return Promise.race([result, late]).finally(() => {
    clearTimeout(timer);
  });
}
