// A promise with a timeout.

/** The result; rejects with an error that names `what` if it takes longer than `time` ms. */
export async function withTimeout<Result>(
  time: number,
  what: string,
  result: Promise<Result>,
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`No ${what} within ${time} ms`));
    }, time);
  });
  return Promise.race([result, timeout]).finally(() => {
    clearTimeout(timer);
  });
}
