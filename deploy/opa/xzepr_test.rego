package xzepr_test

import data.xzepr

reporter := {
	"id": "01J0000000000000000000USER",
	"kind": "user",
	"roles": ["event_reporter"],
	"permissions": ["api_key:create", "event:create", "event:read", "group:read", "receiver:read"],
}

pipeline := object.union(reporter, {"id": "workload:github:repo:acme/shop:ref:refs/heads/main", "kind": "service"})

post := {"principal": reporter, "permission": "event:create", "receiver_id": "R1"}

production := {"production_receivers": ["R1"]}

test_role_carries if {
	xzepr.allow with input as post
}

test_role_does_not_carry if {
	not xzepr.allow with input as object.union(post, {"permission": "group:delete"})
}

test_unknown_role_carries_nothing if {
	not xzepr.allow with input as object.union(post, {"principal": {"roles": ["root"]}})
}

test_no_role_carries_nothing if {
	not xzepr.allow with input as object.union(post, {"principal": {"roles": []}})
}

test_narrowed_to_other_permissions if {
	not xzepr.allow with input as object.union(post, {"principal": {"permissions": ["event:read"]}})
}

test_narrowed_to_other_receivers if {
	other := object.union(post, {"principal": {"receiver_ids": ["R2"]}})
	not xzepr.allow with input as other
	xzepr.denials == {"the credential is for other receivers"} with input as other
}

test_narrowed_to_this_receiver if {
	xzepr.allow with input as object.union(post, {"principal": {"receiver_ids": ["R1", "R2"]}})
}

test_narrowing_to_receivers_is_about_posting if {
	narrowed := object.union(post, {"principal": {"receiver_ids": ["R2"]}})
	xzepr.allow with input as object.union(narrowed, {"permission": "event:read"})
}

test_production_takes_events_from_services if {
	xzepr.allow with input as object.union(post, {"principal": pipeline}) with data.xzepr_settings as production
}

test_production_takes_no_events_from_people if {
	not xzepr.allow with input as post with data.xzepr_settings as production
	xzepr.allow with input as object.union(post, {"receiver_id": "R2"}) with data.xzepr_settings as production
	xzepr.allow with input as object.union(post, {"permission": "event:read"}) with data.xzepr_settings as production
}

test_works_without_settings if {
	xzepr.allow with input as post with data.xzepr_settings as {}
}

test_empty_question_is_refused if {
	not xzepr.allow with input as {}
}
