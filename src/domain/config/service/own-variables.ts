/** Changes with the versions of a service's secrets, so that a rotation is a release like any other. */
export const SECRETS_VERSION = 'DRAFTGENIE_SECRETS_VERSION';

/** Recognises an execution of a job that a run of ours started. */
export const RUN_MARK = 'DRAFTGENIE_RUN_ID';

/** Names of variables that a deployment gives to containers by itself. */
export const OWN_VARIABLES: readonly string[] = [SECRETS_VERSION, RUN_MARK];
