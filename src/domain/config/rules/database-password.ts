/** Of a login in a row: https://github.com/Azure/reliable-web-app-pattern-java/issues/98. */
const PART_LENGTH = 3;

/** What a password must not hold, in any case. */
export function partsOfLogin(login: string): readonly string[] {
  const folded = login.toLowerCase();
  const starts = Array.from({ length: Math.max(0, folded.length - PART_LENGTH + 1) }, (_, start) => start);
  return starts.map((start) => folded.slice(start, start + PART_LENGTH));
}

const KINDS = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/];

/**
 * Why a server refuses a password of its administrator; undefined: it takes it. 8 to 128 characters of three of four kinds, and no
 * part of the login: https://learn.microsoft.com/azure/postgresql/flexible-server/quickstart-create-server
 */
export function passwordProblem(password: string, login: string): string | undefined {
  if (password.length < 8 || password.length > 128)
    return `has ${password.length} characters; the database takes 8 to 128`;
  if (KINDS.filter((kind) => kind.test(password)).length < 3)
    return 'must have three of these: upper-case letters, lower-case letters, digits, other characters';
  const folded = password.toLowerCase();
  return partsOfLogin(login).some((part) => /^[a-z0-9]+$/.test(part) && folded.includes(part))
    ? `must not have ${PART_LENGTH} characters in a row of the login`
    : undefined;
}
