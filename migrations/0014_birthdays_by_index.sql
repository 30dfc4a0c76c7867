-- Whose birthday is kept on a day is asked for by month and day, which the index members_birthday knows.

drop function flows_birthday_in_year;
