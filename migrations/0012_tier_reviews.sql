-- The nightly review asks for the few tiers whose day has come, among all that there are.

create index tier_memberships_review on tier_memberships (review_on, id)
  where until is null and review_on is not null;
