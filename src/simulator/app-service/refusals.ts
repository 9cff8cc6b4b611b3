import { type Refusal, refuse } from '../refusal.ts';

/** A refusal in the form in which App Service answers. */
export function refuseApp(status: number, code: string, message: string): Refusal {
  return { ...refuse(status, code, message), isAppService: true };
}

export function badRequest(message: string): Refusal {
  return refuseApp(400, 'BadRequest', message);
}
