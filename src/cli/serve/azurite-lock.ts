/** File in Azurite's directory that is locked while an Azurite works on it. */
export const AZURITE_LOCK = 'azurite.lock';
