#!/usr/bin/env python3
"""Nodes that run nothing: registers Ready nodes and reports their pods as a kubelet would. Standard library only.

A pod bound to one of the nodes becomes Running and Ready with a start time and an address; a pod being deleted goes
at once. Annotations on a pod change that:
  fake-kubelet/start-delay   seconds until it is Running
  fake-kubelet/ready-delay   seconds from Running to Ready, or "never"
  fake-kubelet/run-for       seconds from Running until its containers end ...
  fake-kubelet/exit-code     ... with this code (0, the default: Succeeded)
  fake-kubelet/stop-delay    seconds that it stays Terminating
fake-kubelet/down: "true" on a node: nothing is reported for its pods until the annotation is gone.
"""
import argparse
import heapq
import http.client
import itertools
import json
import math
import queue
import ssl
import threading
import time
import urllib.parse

args = argparse.ArgumentParser()
args.add_argument('--server', required=True)
args.add_argument('--ca', required=True)
args.add_argument('--token-file', required=True)
args.add_argument('--nodes', type=int, default=3)
args.add_argument('--version', default='v0')
args = args.parse_args()
URL = urllib.parse.urlparse(args.server)
TLS = ssl.create_default_context(cafile=args.ca)
with open(args.token_file) as f:
    HEADERS = {'Authorization': 'Bearer ' + f.read().strip(), 'User-Agent': 'fake-kubelet'}
MERGE = 'application/strategic-merge-patch+json'


def log(*what):
    print(timestamp(), *what, flush=True)


def timestamp():
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())


def connect(timeout):
    return http.client.HTTPSConnection(URL.hostname, URL.port, context=TLS, timeout=timeout)


class Client:
    """One kept connection; opened anew, once, where the server has closed it (it may have been restarted)."""

    def __init__(self):
        self.connection = None

    def call(self, method, path, body=None, content_type='application/json'):
        data = None if body is None else json.dumps(body)
        for last in (False, True):
            try:
                if self.connection is None:
                    self.connection = connect(30)
                self.connection.request(method, path, data, {**HEADERS, 'Content-Type': content_type})
                answer = self.connection.getresponse()
                return answer.status, json.loads(answer.read() or b'{}')
            except (OSError, http.client.HTTPException):
                self.connection = None
                if last:
                    raise


def register(client, i):
    name = f'node-{i}'
    status, answer = client.call('POST', '/api/v1/nodes', {'metadata': {'name': name, 'labels': {
        'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/region': 'local', 'topology.kubernetes.io/zone': 'zone-' + 'abc'[i % 3]}}})
    if status not in (201, 409):        # 409: it is there from an earlier run
        raise SystemExit(f'{name}: {status} {answer}')
    resources = {'cpu': '16', 'memory': '64Gi', 'pods': '500', 'ephemeral-storage': '100Gi'}
    conditions = [{'type': 'Ready', 'status': 'True', 'reason': 'KubeletReady'}]
    conditions += [{'type': t, 'status': 'False', 'reason': 'KubeletOk'} for t in ('MemoryPressure', 'DiskPressure', 'PIDPressure')]
    for c in conditions:
        c['lastHeartbeatTime'] = c['lastTransitionTime'] = timestamp()
    info = dict.fromkeys(('machineID', 'systemUUID', 'bootID', 'kernelVersion', 'osImage', 'containerRuntimeVersion'), 'fake')
    info.update(operatingSystem='linux', architecture='amd64', kubeletVersion=args.version, kubeProxyVersion='')
    status, answer = client.call('PATCH', f'/api/v1/nodes/{name}/status', {'status': {
        'capacity': resources, 'allocatable': resources, 'conditions': conditions, 'nodeInfo': info,
        'addresses': [{'type': 'InternalIP', 'address': f'10.200.0.{i + 1}'}, {'type': 'Hostname', 'address': name}]}}, MERGE)
    if status != 200:
        raise SystemExit(f'{name}: {status} {answer}')


class Kubelet:
    """All nodes and pods; its methods run on the main thread alone."""

    def __init__(self, client):
        self.client = client
        self.pods = {}                  # uid -> what is known of a pod: start time, address, what it waits for
        self.down = set()
        self.timers = []
        self.order = itertools.count()
        self.addresses = itertools.count(2)

    def later(self, seconds, action, pod):
        if seconds < math.inf:
            heapq.heappush(self.timers, (time.monotonic() + seconds, next(self.order), action, pod))

    def run_timers(self):
        while self.timers and self.timers[0][0] <= time.monotonic():
            at, order, action, pod = heapq.heappop(self.timers)
            if pod['metadata']['uid'] not in self.pods:
                continue
            if pod['spec']['nodeName'] in self.down:
                self.later(0.5, action, pod)
                continue
            try:
                action(pod)
            except (OSError, http.client.HTTPException) as e:   # the server is away: the same again in a while
                log('again in 0.5 s:', e)
                self.later(0.5, action, pod)

    # what the watches tell

    def saw_node(self, kind, node):
        m = node['metadata']
        down = kind != 'DELETED' and (m.get('annotations') or {}).get('fake-kubelet/down') == 'true'
        (self.down.add if down else self.down.discard)(m['name'])

    def saw_pod(self, kind, pod):
        m = pod['metadata']
        if kind == 'DELETED':
            self.pods.pop(m['uid'], None)
            return
        if not pod['spec'].get('nodeName'):
            return
        known = self.pods.get(m['uid'])
        if known is None:
            status = pod.get('status') or {}
            known = self.pods[m['uid']] = {'start': status.get('startTime'), 'ip': status.get('podIP')}
            if status.get('phase') == 'Pending':
                self.later(setting(pod, 'start-delay'), self.run, pod)
        if m.get('deletionTimestamp') and 'deleting' not in known:
            known['deleting'] = True
            self.later(setting(pod, 'stop-delay'), self.remove, pod)

    def listed_pods(self, pods):
        for uid in set(self.pods) - {p['metadata']['uid'] for p in pods}:
            del self.pods[uid]
        for p in pods:
            self.saw_pod('ADDED', p)

    # what a pod goes through

    def run(self, pod):
        ready = setting(pod, 'ready-delay')
        self.report(pod, 'Running', ready == 0)
        if ready:
            self.later(ready, self.ready, pod)
        self.later(setting(pod, 'run-for', math.inf), self.end, pod)

    def ready(self, pod):
        self.report(pod, 'Running', True)

    def end(self, pod):
        code = int(setting(pod, 'exit-code'))
        self.pods[pod['metadata']['uid']]['ended'] = True
        self.report(pod, 'Failed' if code else 'Succeeded', False, code)

    def remove(self, pod):
        m = pod['metadata']
        status, answer = self.client.call('DELETE', f'/api/v1/namespaces/{m["namespace"]}/pods/{m["name"]}',
                                          {'gracePeriodSeconds': 0, 'preconditions': {'uid': m['uid']}})
        if status not in (200, 404, 409):
            log('delete', m['namespace'], m['name'], status, answer.get('message'))

    def report(self, pod, phase, ready, exit_code=None):
        m, now = pod['metadata'], timestamp()
        known = self.pods[m['uid']]
        if 'deleting' in known or ('ended' in known and exit_code is None):
            return
        known['start'] = known['start'] or now
        if not known['ip']:
            n = next(self.addresses)
            known['ip'] = f'10.244.{n // 250 % 250}.{n % 250 + 1}'
        state = {'running': {'startedAt': known['start']}}
        if exit_code is not None:
            state = {'terminated': {'exitCode': exit_code, 'reason': 'Error' if exit_code else 'Completed',
                                    'startedAt': known['start'], 'finishedAt': now, 'containerID': 'fake://' + m['uid']}}
        conditions = {'Initialized': True, 'ContainersReady': ready, 'Ready': ready}
        status, answer = self.client.call('PATCH', f'/api/v1/namespaces/{m["namespace"]}/pods/{m["name"]}/status', {
            'metadata': {'uid': m['uid']},      # not the next pod of the same name
            'status': {
                'phase': phase, 'startTime': known['start'], 'hostIP': '10.200.0.1', 'podIP': known['ip'], 'podIPs': [{'ip': known['ip']}],
                'conditions': [{'type': t, 'status': str(v), 'lastTransitionTime': now} for t, v in conditions.items()],
                'containerStatuses': [{
                    'name': c['name'], 'image': c['image'], 'imageID': 'fake://' + c['image'], 'containerID': 'fake://' + m['uid'],
                    'ready': ready, 'started': exit_code is None, 'restartCount': 0, 'state': state} for c in pod['spec']['containers']]}}, MERGE)
        if status not in (200, 404, 409):
            log('status', m['namespace'], m['name'], status, answer.get('message'))


def setting(pod, name, default=0.0):
    text = (pod['metadata'].get('annotations') or {}).get('fake-kubelet/' + name)
    if text == 'never':
        return math.inf
    try:
        return default if text is None else float(text)
    except ValueError:
        return default


def watch(path, put):
    """Lists, then watches, for ever; a list comes as one ('LIST', items)."""
    client = Client()
    while True:
        try:
            status, answer = client.call('GET', path)
            if status != 200:
                raise OSError(f'list: {status}')
            put('LIST', answer['items'])
            version = answer['metadata']['resourceVersion']
            while True:
                connection = connect(330)
                connection.request('GET', f'{path}?watch=1&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion={version}', headers=HEADERS)
                answer = connection.getresponse()
                if answer.status != 200:
                    raise OSError(f'watch: {answer.status}')
                for line in answer:
                    event = json.loads(line)
                    if event['type'] == 'ERROR':
                        raise OSError(event['object'].get('message'))
                    version = event['object']['metadata']['resourceVersion']
                    if event['type'] != 'BOOKMARK':
                        put(event['type'], event['object'])
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as e:
            log(path, e)
            time.sleep(0.5)


def main():
    client = Client()
    for i in range(args.nodes):
        register(client, i)
    log('nodes registered:', args.nodes)
    kubelet, events = Kubelet(client), queue.Queue()
    for path in ('/api/v1/nodes', '/api/v1/pods'):
        threading.Thread(target=watch, args=(path, lambda k, o, p=path: events.put((p, k, o))), daemon=True).start()
    while True:
        wait = kubelet.timers[0][0] - time.monotonic() if kubelet.timers else 60
        try:
            path, kind, what = events.get(timeout=max(0.0, wait))
        except queue.Empty:
            pass
        else:
            if path.endswith('/nodes'):
                for node in what if kind == 'LIST' else [what]:
                    kubelet.saw_node(kind, node)
            elif kind == 'LIST':
                kubelet.listed_pods(what)
            else:
                kubelet.saw_pod(kind, what)
        kubelet.run_timers()


main()
