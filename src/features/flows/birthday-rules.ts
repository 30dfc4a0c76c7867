/**
 * The calendar day on which a birthday is kept in a year: 29 February is kept on 28 February in common years.
 * The SQL function flows_birthday_in_year gives the same.
 */
export function birthdayInYear(month: number, day: number, year: number): string {
  const kept = month === 2 && day === 29 && !isLeapYear(year) ? 28 : day;
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(kept).padStart(2, '0')}`;
}

/** Whether a birthday is kept a day early this year, which the wish then says. */
export function isKeptEarly(month: number, day: number, birthdayOn: string): boolean {
  return month === 2 && day === 29 && birthdayOn.endsWith('-02-28');
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
