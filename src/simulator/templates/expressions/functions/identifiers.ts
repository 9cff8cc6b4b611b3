import { createHash, randomUUID } from 'node:crypto';
import type { Json } from '../../../../shared/json.ts';
import { type Functions, textOf } from '../scope.ts';
import { nowOf } from './dates.ts';

/**
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string#uniquestring, …#guid, …#newguid.
 * Microsoft has not published how the first two are computed.
 */
export const IDENTIFIERS: Functions = {
  uniqueString: (args, _, name) => thirteen(digest(args, name)),
  guid(args, _, name) {
    const bytes = digest(args, name);
    bytes.writeUInt8((bytes.readUInt8(6) % 16) + 0x50, 6);
    bytes.writeUInt8((bytes.readUInt8(8) % 64) + 0x80, 8);
    return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  },
  newGuid(_, scope, name) {
    nowOf(scope, name);
    return randomUUID();
  },
};

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

function thirteen(bytes: Buffer): string {
  return Array.from({ length: 13 }, (_, index) => LETTERS.charAt(bytes.readUInt8(index) % LETTERS.length)).join('');
}

/** SHA-1, as UUIDs of version 5 are made of: https://www.rfc-editor.org/rfc/rfc4122#section-4.3 */
function digest(args: readonly Json[], name: string): Buffer {
  return createHash('sha1')
    .update(args.map((arg) => textOf(arg, name)).join('-'))
    .digest();
}
