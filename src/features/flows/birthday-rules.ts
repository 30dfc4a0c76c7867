/** The calendar day on which a birthday is kept in a year: 29 February is kept on 28 February in common years. */
export function birthdayInYear(month: number, day: number, year: number): string {
  const kept = month === 2 && day === 29 && !isLeapYear(year) ? 28 : day;
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(kept).padStart(2, '0')}`;
}

/** The birthdays that are kept on a day ('YYYY-MM-DD'): one, and 29 February beside 28 February in common years. */
export function birthdaysKeptOn(date: string): { month: number; day: number }[] {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const born = [{ month, day }];
  return birthdayInYear(2, 29, year) === date && day === 28 ? [...born, { month: 2, day: 29 }] : born;
}

/** Whether a birthday is kept a day early this year, which the wish then says. */
export function isKeptEarly(month: number, day: number, birthdayOn: string): boolean {
  return month === 2 && day === 29 && birthdayOn.endsWith('-02-28');
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
