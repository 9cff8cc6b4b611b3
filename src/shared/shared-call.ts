/**
 * A call that many make: one is under way at a time, and those who come meanwhile share the next, so that each is answered what was asked
 * for after it came.
 */
export function sharedCall<Answer>(call: () => Promise<Answer>): () => Promise<Answer> {
  let underWay: Promise<unknown> | undefined;
  let next: Promise<Answer> | undefined;
  const begin = (): Promise<Answer> => {
    next = undefined;
    const answer = call();
    const over = answer
      .catch(() => undefined)
      .then(() => {
        if (underWay === over) underWay = undefined;
      });
    underWay = over;
    return answer;
  };
  return () => {
    if (next) return next;
    if (!underWay) return begin();
    next = underWay.then(begin);
    return next;
  };
}
