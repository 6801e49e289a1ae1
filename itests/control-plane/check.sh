#!/bin/bash
# Does the control plane do what our tests rely on? Asks the one that up.sh [DIR] started, by curl with the token.
#   check.sh [DIR]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
DIR=${1:-$CACHE/run}
[ -f "$DIR/endpoint" ] || die "nothing runs in $DIR: up.sh first"
SERVER=$(cat "$DIR/endpoint") TOKEN=$(cat "$DIR/token") NS=check-$$ passed=0 failed=0
OUT=$(mktemp); trap 'rm -f "$OUT"' EXIT

# want CODE[,PATTERN] METHOD PATH [BODY [CONTENT-TYPE]]      (to "curl" by name the server answers with blanks between)
want() {
  local code=${1%%,*} pattern='' got as=${AS:-$TOKEN} args=()
  [ "$code" = "$1" ] || pattern=${1#*,}
  [ -z "${4:-}" ] || args=(-H "Content-Type: ${5:-application/json}" --data-binary "$4")
  got=$(curl -sS -A check --max-time 20 --cacert "$DIR/ca.crt" -H "Authorization: Bearer $as" -X "$2" "${args[@]}" -o "$OUT" -w '%{http_code}' "$SERVER$3") || true
  if [ "$got" = "$code" ] && grep -qE -- "$pattern" "$OUT"; then passed=$((passed + 1)); else
    failed=$((failed + 1)); printf 'FAILED %s %s: wanted %s %s, got %s\n%s\n' "$2" "$3" "$code" "$pattern" "$got" "$(head -c 600 "$OUT")"; fi
}
C=/apis/apiextensions.k8s.io/v1/customresourcedefinitions
W=/apis/check.drover.io/v1/namespaces/$NS/widgets
NOW=$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)

want "200,$K8S_VERSION" GET /version
want 201 POST /api/v1/namespaces '{"metadata":{"name":"'$NS'"}}'
# a CRD with a CEL rule, selectable fields, status and scale
want 201 POST $C '{"metadata":{"name":"widgets.check.drover.io"},"spec":{"group":"check.drover.io","scope":"Namespaced",
  "names":{"plural":"widgets","singular":"widget","kind":"Widget","listKind":"WidgetList"},
  "versions":[{"name":"v1","served":true,"storage":true,
    "subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}},
    "selectableFields":[{"jsonPath":".spec.color"}],
    "schema":{"openAPIV3Schema":{"type":"object","properties":{
      "spec":{"type":"object","properties":{"replicas":{"type":"integer"},"max":{"type":"integer"},"color":{"type":"string"}},
        "x-kubernetes-validations":[{"rule":"self.replicas <= self.max","message":"replicas above max"}]},
      "status":{"type":"object","properties":{"replicas":{"type":"integer"},"phase":{"type":"string"}}}}}}}]}}'
for ((i = 0; i < 100; i++)); do
  curl -fsS --cacert "$DIR/ca.crt" -H "Authorization: Bearer $TOKEN" -o /dev/null "$SERVER$W" 2>/dev/null && break; sleep 0.1
done
want '200,"type":"Established","status":"True"|"type": "Established"' GET $C/widgets.check.drover.io
want 201 POST "$W" '{"apiVersion":"check.drover.io/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"replicas":1,"max":3,"color":"red"}}'
want '422,replicas above max' POST "$W" '{"apiVersion":"check.drover.io/v1","kind":"Widget","metadata":{"name":"b"},"spec":{"replicas":4,"max":3}}'
want '201,"color":"blue"' PATCH "$W/c?fieldManager=check" \
  '{"apiVersion":"check.drover.io/v1","kind":"Widget","metadata":{"name":"c"},"spec":{"replicas":1,"max":9,"color":"blue"}}' application/apply-patch+yaml
want '409,conflict' PATCH "$W/c?fieldManager=other" \
  '{"apiVersion":"check.drover.io/v1","kind":"Widget","metadata":{"name":"c"},"spec":{"color":"green"}}' application/apply-patch+yaml
want '200,"phase":"Ready"' PATCH "$W/a/status" '{"status":{"phase":"Ready","replicas":1}}' application/merge-patch+json
want '200,"replicas":2' PATCH "$W/a/scale" '{"spec":{"replicas":2}}' application/merge-patch+json
want '422,replicas above max' PATCH "$W/a/scale" '{"spec":{"replicas":7}}' application/merge-patch+json
want '200,"name":"c"' GET "$W?fieldSelector=spec.color%3Dblue"
want '400,unknown field' POST "$W?fieldValidation=Strict" '{"apiVersion":"check.drover.io/v1","kind":"Widget","metadata":{"name":"d"},"spec":{"replicas":1,"max":1,"shape":"x"}}'
want 201 POST "/apis/coordination.k8s.io/v1/namespaces/$NS/leases" \
  '{"metadata":{"name":"leader"},"spec":{"holderIdentity":"me","leaseDurationSeconds":15,"acquireTime":"'"$NOW"'","renewTime":"'"$NOW"'"}}'
want 409 PUT "/apis/coordination.k8s.io/v1/namespaces/$NS/leases/leader" \
  '{"metadata":{"name":"leader","resourceVersion":"1"},"spec":{"holderIdentity":"you"}}'
want 201 POST "/apis/events.k8s.io/v1/namespaces/$NS/events" '{"metadata":{"name":"a.1"},"eventTime":"'"$NOW"'","type":"Normal","reason":"Scaled",
  "action":"Scale","note":"to 2","reportingController":"drover.io/check","reportingInstance":"check-0",
  "regarding":{"apiVersion":"check.drover.io/v1","kind":"Widget","namespace":"'$NS'","name":"a"}}'
want '200,"reason":"Scaled"' GET "/api/v1/namespaces/$NS/events"
want 201 POST "/apis/autoscaling/v2/namespaces/$NS/horizontalpodautoscalers" '{"metadata":{"name":"a"},"spec":{"maxReplicas":3,
  "scaleTargetRef":{"apiVersion":"check.drover.io/v1","kind":"Widget","name":"a"}}}'
# RBAC holds for a service account with a token of its own
want 201 POST "/api/v1/namespaces/$NS/serviceaccounts" '{"metadata":{"name":"agent"}}'
want '201,"token":' POST "/api/v1/namespaces/$NS/serviceaccounts/agent/token" '{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}'
SA=$(sed -n 's/.*"token": *"\([^"]*\)".*/\1/p' "$OUT")
AS=$SA want '403,forbidden' GET "$W"
want 201 POST "/apis/rbac.authorization.k8s.io/v1/namespaces/$NS/roles" '{"metadata":{"name":"r"},"rules":[{"apiGroups":["check.drover.io"],"resources":["widgets"],"verbs":["list"]}]}'
want 201 POST "/apis/rbac.authorization.k8s.io/v1/namespaces/$NS/rolebindings" '{"metadata":{"name":"r"},
  "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"agent","namespace":"'$NS'"}]}'
for ((i = 0; i < 50; i++)); do   # the authorizer sees a new binding a moment later
  curl -fsS --cacert "$DIR/ca.crt" -H "Authorization: Bearer $SA" -o /dev/null "$SERVER$W" 2>/dev/null && break; sleep 0.1
done
AS=$SA want '200,WidgetList' GET "$W"
AS=$SA want 403 DELETE "$W/a"
AS=nonsense want 401 GET "$W"
want 201 POST "/api/v1/namespaces/$NS/pods?dryRun=All" '{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"x"}]}}'

# until SECONDS PATTERN PATH: the answer comes to match in time
until_is() {
  local end=$((SECONDS + $1)) t0=${EPOCHREALTIME/[.,]/}
  until curl -sS -A check --max-time 10 --cacert "$DIR/ca.crt" -H "Authorization: Bearer $TOKEN" -o "$OUT" "$SERVER$3" && grep -qE -- "$2" "$OUT"; do
    [ "$SECONDS" -lt "$end" ] || break; sleep 0.1; done
  if grep -qE -- "$2" "$OUT"; then passed=$((passed + 1)); printf '%6d ms  %s %s\n' $(((${EPOCHREALTIME/[.,]/} - t0) / 1000)) "$3" "$2"; else
    failed=$((failed + 1)); printf 'FAILED %s: not %s within %s s\n%s\n' "$3" "$2" "$1" "$(head -c 600 "$OUT")"; fi
}
if [ -f "$DIR/pid/fake-kubelet" ] && pid_of fake-kubelet > /dev/null; then      # up.sh --full
  D=/apis/apps/v1/namespaces/$NS/deployments
  until_is 20 '"name":"default"' "/api/v1/namespaces/$NS/serviceaccounts"
  want 201 POST "$D" '{"metadata":{"name":"web"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{
    "metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"x","resources":{"requests":{"cpu":"100m"}}}]}}}}'
  until_is 30 '"readyReplicas":2' "$D/web"
  want 201 POST "/apis/autoscaling/v2/namespaces/$NS/horizontalpodautoscalers" '{"metadata":{"name":"web"},"spec":{"minReplicas":2,"maxReplicas":10,
    "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},
    "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}}]}}'
  sleep 1       # the HPA leaves out a pod's first second (up.sh)
  want 200 GET "/api/v1/namespaces/$NS/pods?labelSelector=app%3Dweb"
  mapfile -t pods < <(grep -oE '"name":"web-[^-"]+-[^-"]+"' "$OUT" | cut -d'"' -f4 | sort -u)
  for pod in "${pods[@]}"; do
    want 201 POST "/apis/metrics.k8s.io/v1beta1/namespaces/$NS/pods" '{"apiVersion":"metrics.k8s.io/v1beta1","kind":"PodMetrics",
      "metadata":{"name":"'"$pod"'","labels":{"app":"web"}},"timestamp":"'"$(date -u +%FT%TZ)"'","window":"1s",
      "containers":[{"name":"c","usage":{"cpu":"100m","memory":"20Mi"}}]}'
  done
  until_is 30 '"readyReplicas":4' "$D/web"       # twice the target: twice the pods
  until_is 10 SuccessfulRescale "/api/v1/namespaces/$NS/events"
  want 200 DELETE "/api/v1/namespaces/$NS"
  until_is 60 '"reason":"NotFound"' "/api/v1/namespaces/$NS"
else
  want 200 DELETE "/api/v1/namespaces/$NS"
fi
want 200 DELETE $C/widgets.check.drover.io
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
