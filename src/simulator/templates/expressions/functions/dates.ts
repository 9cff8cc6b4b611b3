import { type Functions, numberOf, type Scope, TemplateError, textOf } from '../scope.ts';

/**
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date. Of the formats of dates the ones
 * of digits are known here.
 */
export const DATES: Functions = {
  utcNow: ([format], scope, name) =>
    shaped(new Date(nowOf(scope, name)), format === undefined ? 'yyyyMMddTHHmmssZ' : textOf(format, name)),
  dateTimeAdd([base, duration, format], _, name) {
    const moment = added(momentOf(textOf(base, name), name), textOf(duration, name), name);
    return format === undefined ? shaped(moment, 'yyyy-MM-ddTHH:mm:ssZ') : shaped(moment, textOf(format, name));
  },
  dateTimeToEpoch: ([text], _, name) => Math.floor(momentOf(textOf(text, name), name).getTime() / 1000),
  dateTimeFromEpoch: ([seconds], _, name) => shaped(new Date(numberOf(seconds, name) * 1000), 'yyyy-MM-ddTHH:mm:ssZ'),
};

/** Only default values of parameters may know the time: it would be another one with every look. */
export function nowOf({ now }: Scope, name: string): number {
  if (now !== undefined) return now;
  throw new TemplateError(
    `The template function '${name}' is not expected at this location. It can only be used in the default value of a parameter.`,
  );
}

function momentOf(text: string, name: string): Date {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const found = new Date(year === undefined ? text : `${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(found.getTime())) throw new TemplateError(`The date '${text}' of '${name}' is not valid.`);
  return found;
}

const DURATION = /^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** A year is 365 days and a month 30 here, as the page of the function says of ISO 8601. */
function added(moment: Date, duration: string, name: string): Date {
  const parts = DURATION.exec(duration);
  if (!parts) throw new TemplateError(`The duration '${duration}' of '${name}' is not valid.`);
  const [, minus, ...numbers] = parts;
  const seconds = [365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3600, 60, 1];
  const sum = seconds.reduce((all, one, index) => all + one * Number(numbers[index] ?? 0), 0);
  return new Date(moment.getTime() + (minus ? -1000 : 1000) * sum);
}

function shaped(moment: Date, format: string): string {
  const [year = '', month = '', day = '', hour = '', minute = '', second = '', rest = ''] = moment
    .toISOString()
    .split(/[-T:.Z]/);
  const PARTS: Readonly<Record<string, string>> = {
    yyyy: year,
    MM: month,
    dd: day,
    HH: hour,
    mm: minute,
    ss: second,
    fff: rest,
  };
  if (format === 'd') return `${Number(month)}/${Number(day)}/${year}`;
  if (format === 'o') return moment.toISOString().replace('Z', '0000Z');
  if (format === 'u') return `${year}-${month}-${day} ${hour}:${minute}:${second}Z`;
  const known = /yyyy|MM|dd|HH|mm|ss|fff/g;
  if (!/^[-T:.Z/ _]*$/.test(format.replace(known, ''))) {
    throw new TemplateError(`The simulator does not know the format '${format}' of dates.`);
  }
  return format.replace(known, (part) => PARTS[part] ?? part);
}
