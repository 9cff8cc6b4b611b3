/** How the certificate authority is shown whose name it is, as Azure calls it in upper case. */
export type DomainValidation = 'cname' | 'http' | 'txt';

/** A name under which a service answers, with a certificate that Azure manages. */
export interface DomainConfig {
  readonly name: string;
  /** Resource id of the Azure DNS zone in which its records are made. Absent: somebody makes them. */
  readonly zone?: string;
  /** Absent: by the kind of name (`validationOf`). */
  readonly validation?: DomainValidation;
}
