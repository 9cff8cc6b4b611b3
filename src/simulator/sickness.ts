/**
 * How containers can be told to fail:
 *
 * - `probes`: they are killed for failing their probes; the revision is Unhealthy and Degraded.
 * - `crash`: they end with exit code 1 as soon as they start, again and again; the revision is Unhealthy and Failed.
 * - `http-500`: they answer 500 to every request, HTTP probes included. Without an HTTP probe the revision counts as healthy.
 * - `never-ready`: they start and never pass their probes; the revision stays Processing, neither Healthy nor Unhealthy.
 * - `not-listening`: they run and listen on no port; three failed probes kill them, again and again. Where an app has
 *   ingress and names no probes, Container Apps probes its target port by TCP:
 *   https://learn.microsoft.com/azure/container-apps/health-probes#default-configuration. With neither it counts as healthy.
 * - `errors`: probes pass, every request through the ingress is answered 500: only who asks the address notices.
 */
export const SICKNESSES = ['probes', 'crash', 'http-500', 'never-ready', 'not-listening', 'errors'] as const;

export type Sickness = (typeof SICKNESSES)[number];

/** Image digest, app name or revision name → how its containers fail from now on. */
export type SicknessOrders = Readonly<Record<string, Sickness>>;

export function isSickness(text: string): text is Sickness {
  return SICKNESSES.some((one) => one === text);
}
