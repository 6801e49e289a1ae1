package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const group = "/apis/metrics.k8s.io/v1beta1"

// serve answers for metrics.k8s.io behind the API server, where metrics-server would be: registered as an APIService, asked
// through the aggregator.
func (w *world) serve(ctx context.Context) error {
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{selfSigned()}, NextProtos: []string{"h2", "http/1.1"}})
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(w.answer)}
	go func() { _ = server.Serve(listener) }()
	go func() { <-ctx.Done(); _ = server.Close() }()
	port := int32(listener.Addr().(*net.TCPAddr).Port)
	_, err = w.typed.CoreV1().Services("kube-system").Create(ctx, &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "metrics"},
		Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "localhost",
			Ports: []corev1.ServicePort{{Port: port}}}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	services := schema.GroupVersionResource{Group: "apiregistration.k8s.io", Version: "v1", Resource: "apiservices"}
	_, err = w.dynamic.Resource(services).Create(ctx, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": map[string]any{"name": "v1beta1.metrics.k8s.io"},
		"spec": map[string]any{"group": "metrics.k8s.io", "version": "v1beta1", "insecureSkipTLSVerify": true,
			"groupPriorityMinimum": int64(100), "versionPriority": int64(100),
			"service": map[string]any{"namespace": "kube-system", "name": "metrics", "port": int64(port)}},
	}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		_, err = w.typed.Discovery().RESTClient().Get().AbsPath(group + "/pods").DoRaw(ctx)
		if err == nil || time.Now().After(end) {
			return err
		}
	}
}

func (w *world) answer(out http.ResponseWriter, request *http.Request) {
	out.Header().Set("Content-Type", "application/json")
	path := strings.TrimPrefix(request.URL.Path, group)
	switch {
	case path == "":
		fmt.Fprint(out, `{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"metrics.k8s.io/v1beta1","resources":[`+
			`{"name":"pods","singularName":"","namespaced":true,"kind":"PodMetrics","verbs":["get","list"]}]}`)
	case path == "/pods":
		_, _ = out.Write(w.told("", ""))
	case strings.HasPrefix(path, "/namespaces/") && strings.HasSuffix(path, "/pods"):
		namespace := strings.TrimSuffix(strings.TrimPrefix(path, "/namespaces/"), "/pods")
		_, _ = out.Write(w.told(namespace, strings.TrimPrefix(request.URL.Query().Get("labelSelector"), "app=")))
	default:
		out.WriteHeader(http.StatusNotFound)
		fmt.Fprint(out, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}`)
	}
}

// told is a PodMetricsList: of one workload, a namespace or all.
func (w *world) told(namespace, name string) []byte {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if name == "" {
		if known, ok := w.answers.Load(namespace); ok {
			return known.([]byte)
		}
	}
	all := w.workloads
	if namespace != "" {
		all = w.byNamespace[namespace]
	}
	text := []byte(`{"kind":"PodMetricsList","apiVersion":"metrics.k8s.io/v1beta1","metadata":{},"items":[`)
	at := w.tickAt.UTC().Format(time.RFC3339)
	first := true
	for _, one := range all {
		if name != "" && one.name != name {
			continue
		}
		one.mu.Lock()
		for _, each := range one.figures {
			if !first {
				text = append(text, ',')
			}
			first = false
			text = fmt.Appendf(text, `{"metadata":{"name":%q,"namespace":%q,"creationTimestamp":%q,"labels":{"app":%q}},"timestamp":%q,"window":"15.1s",`+
				`"containers":[{"name":"app","usage":{"cpu":"%dn","memory":"65536Ki"}}]}`, each.pod, one.namespace, at, one.name, at, each.nano)
		}
		one.mu.Unlock()
	}
	text = append(text, "]}"...)
	if name == "" {
		w.answers.Store(namespace, text)
	}
	return text
}

func selfSigned() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(24 * time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
