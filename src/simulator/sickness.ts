/**
 * How containers can be told to fail:
 *
 * - `probes`: they are killed for failing their probes; the revision is Unhealthy and Degraded.
 * - `crash`: they end with exit code 1 as soon as they start, again and again; the revision is Unhealthy and Failed.
 * - `http-500`: they answer 500 to every request, HTTP probes included. Without an HTTP probe the revision counts as healthy.
 * - `never-ready`: they start and never pass their probes; the revision stays Processing, neither Healthy nor Unhealthy.
 * - `errors`: probes pass, every request through the ingress is answered 500: only who asks the address notices.
 */
export const SICKNESSES = ['probes', 'crash', 'http-500', 'never-ready', 'errors'] as const;

export type Sickness = (typeof SICKNESSES)[number];

/** Image digest, app name or revision name → how its containers fail from now on. */
export type SicknessOrders = Readonly<Record<string, Sickness>>;

export function isSickness(text: string): text is Sickness {
  return SICKNESSES.some((one) => one === text);
}
