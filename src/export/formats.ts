/** Languages in which an environment can be written down. */
export const EXPORT_FORMATS = ['bicep', 'arm', 'terraform'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
