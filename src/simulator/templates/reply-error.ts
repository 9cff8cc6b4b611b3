import { isJsonObject } from '../../shared/json.ts';
import type { ArmReply } from '../arm/message.ts';
import { type Refusal, refuse } from '../refusal.ts';

/** The refusal that an answer is, in whichever form its service gives it; undefined where it is none. */
export function errorIn({ status, body }: ArmReply): Refusal | undefined {
  if (status < 400) return undefined;
  const answered = isJsonObject(body) ? body : {};
  const error = isJsonObject(answered.error) ? answered.error : answered;
  const { code = error.Code, message = error.Message, details, target } = error;
  return {
    ...refuse(status, String(code), String(message)),
    ...(typeof target === 'string' && { target }),
    ...(Array.isArray(details) && { details: details.filter(isJsonObject) }),
  };
}
