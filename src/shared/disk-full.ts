/** No space left, and no more quota: https://man7.org/linux/man-pages/man2/write.2.html */
const CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT'];
/** SQLITE_FULL: https://www.sqlite.org/rescode.html#full */
const SQLITE_FULL = 13;

/** Whether a write failed because the disk is full; an error may hold the one that says so as its cause. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (CODES.includes(code) || errcode === SQLITE_FULL) return true;
  return error.cause !== error && isDiskFull(error.cause);
}
