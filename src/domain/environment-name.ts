/** `^[a-z][a-z0-9-]{0,38}$`; a run id adds `-` and a ULID, so that no name is a prefix of another's ids by accident. */
export const ENVIRONMENT_NAME = /^[a-z][a-z0-9-]{0,38}$/;

/** The environment of whoever names none. */
export const DEFAULT_ENVIRONMENT = 'default';
