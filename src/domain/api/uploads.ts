/** Container of the configurations that deploy themselves: `<environment>.yaml`. */
export const UPLOAD_CONTAINER = 'deployment-configs';

/** The function that an upload calls; by its name others find it at the host. */
export const UPLOAD_FUNCTION = 'config_uploaded';
