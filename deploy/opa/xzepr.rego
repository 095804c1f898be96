# What XZepr asks before it lets someone do something: POST /v1/data/xzepr/allow, with `input` as below. It asks after its own
# role map has said yes, so this policy can only take away. To take more away, put a file of your own beside this one:
#
#	package xzepr
#
#	denials contains "nobody posts on a Sunday" if {
#		input.permission == "event:create"
#		time.weekday(time.now_ns()) == "Sunday"
#	}
#
# (Decisions are remembered for a few seconds, by `input` alone.)
#
# input:
#	principal.id            stable and unique over all kinds
#	principal.kind          "user", "api_key" or "service"
#	principal.roles         sorted
#	principal.permissions   everything that the roles carry and nothing narrows away, sorted
#	principal.receiver_ids  only when the credential is for these receivers alone
#	principal.user_id       only when there is a user behind it
#	permission              what is to be done
#	receiver_id, group_id   only when it is about one
#
# data:
#	xzepr_settings.production_receivers   ids of receivers that only services post to; see xzepr_settings/data.json
package xzepr

default allow := false

allow if {
	carried
	count(denials) == 0
}

# Whether a role carries it and nothing narrows it away, told by the map below and by what XZepr says.
carried if {
	some role in input.principal.roles
	input.permission in role_permissions[role]
	input.permission in input.principal.permissions
}

# Why not, each reason by itself; `denials` shows them when you ask for /v1/data/xzepr/denials.
denials contains "the credential is for other receivers" if {
	input.permission == "event:create"
	input.receiver_id
	input.principal.receiver_ids
	not input.receiver_id in input.principal.receiver_ids
}

# An example: evidence about production comes from pipelines, which act as services, not from people or their keys.
denials contains "only services post to receivers of production" if {
	input.permission == "event:create"
	input.receiver_id in data.xzepr_settings.production_receivers
	input.principal.kind != "service"
}

# The role map of XZepr, so that a role which one of the two does not know carries nothing. A test compares them.
role_permissions := {
	"admin": every_permission,
	"event_manager": ((reads | own_keys) | {
		"event:create",
		"receiver:create", "receiver:update", "receiver:delete",
		"group:create", "group:update", "group:delete",
	}),
	"event_reporter": ((reads | own_keys) | {"event:create"}),
	"event_viewer": (reads | own_keys),
	"user": {"receiver:read", "group:read"},
}

reads := {"event:read", "receiver:read", "group:read"}

own_keys := {"api_key:create"}

every_permission := {
	"event:create", "event:read",
	"receiver:create", "receiver:read", "receiver:update", "receiver:delete",
	"group:create", "group:read", "group:update", "group:delete",
	"api_key:create", "api_key:manage",
	"user:manage", "audit:read",
}
