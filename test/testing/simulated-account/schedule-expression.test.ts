import cases from './schedule-expression.json';
import { scheduleTimes } from '../../../src/testing/simulated-account/schedules/schedule-expression';

describe('a schedule', () => {
  test.each(cases)('$expression $timeZone falls due from $from to $to at $times', ({ expression, timeZone = 'UTC', atOnce = false, since, from, to, times }) => {
    const start = { since: new Date(since ?? from), atOnce, timeZone };
    const due = scheduleTimes(expression)(new Date(from), new Date(to), start);
    expect(due.map((time) => time.toISOString().replace(':00.000', ''))).toEqual(times);
  });

  test.each([
    ['cron(0 10 * * *)', 'it has 5 fields; there are 6: Minutes, Hours, Day-of-month, Month, Day-of-week, Year'],
    ['cron(0 10 * * * *)', 'one of Day-of-month and Day-of-week, and only one, is ?'],
    ['cron(0 10 ? * ? *)', 'one of Day-of-month and Day-of-week, and only one, is ?'],
    ['cron(60 10 * * ? *)', "Minutes is '60'; its values are 0 to 59"],
    ['cron(0 9-7 * * ? *)', "Hours is '9-7'; its values are 0 to 23"],
    ['cron(0/0 9 * * ? *)', "Minutes is '0/0'"],
    ['cron(0 9 * FOO ? *)', "Month is 'FOO'; its values are 1 to 12"],
    ['cron(0 9 ? * 3#6 *)', "Day-of-week is '3#6'"],
    ['cron(0 9 * * ? 1969)', "Year is '1969'; its values are 1970 to 2199"],
    ['rate(0 days)', "'rate(0 days)' is no schedule; write rate(1 day)"],
    ['rate(1 week)', "'rate(1 week)' is no schedule"],
    ['every day', "'every day' is no schedule"],
  ])('%s is refused', (expression, why) => {
    expect(() => scheduleTimes(expression)).toThrow(why);
  });

  it('of every minute falls due 525,600 times a year', () => {
    const start = { since: new Date('2026-01-01'), atOnce: false, timeZone: 'UTC' };
    expect(scheduleTimes('rate(1 minute)')(start.since, new Date('2027-01-01'), start)).toHaveLength(525_600);
  });
});
