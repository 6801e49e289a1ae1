// Package hpa runs the HorizontalPodAutoscaler controller of the Kubernetes that go.mod pins, compiled in and unchanged, over
// series that somebody else thinks of: one JSON document a line on standard input, one answer a line. Its API server and its
// metrics are the ones below; its clock is that of testing/synctest, so that 15 seconds pass in a moment and everything that
// one look does happens at one instant.
//
//	{"periodSeconds": 15, "hpas": [HPA, ...]}           once; answered by {"millis": M}, the time of the clock
//	{"targets": [{"replicas": 3, "reported": 3,         each step; null: that target is left as it is
//	  "pods": [...], "metrics": [PodMetrics, ...], "external": {"queue": "12500m"}}, ...]}
//	{"targets": [{"millis": M, "replicas": 4, "wanted": 4, "active": "ValidMetricFound", "able": "...", "limited": "..."}, ...]}
package hpa

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/watch"
	autoscalingclient "k8s.io/client-go/kubernetes/typed/autoscaling/v2"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	autoscalinglisters "k8s.io/client-go/listers/autoscaling/v2"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/scale"
	"k8s.io/client-go/tools/cache"
	defaults "k8s.io/kubernetes/pkg/apis/autoscaling/v2"
	"k8s.io/kubernetes/pkg/controller/podautoscaler"
	"k8s.io/kubernetes/pkg/controller/podautoscaler/metrics"
	externalapi "k8s.io/metrics/pkg/apis/external_metrics/v1beta1"
	metricsapi "k8s.io/metrics/pkg/apis/metrics/v1beta1"
	resourceclient "k8s.io/metrics/pkg/client/clientset/versioned/typed/metrics/v1beta1"
	"k8s.io/metrics/pkg/client/external_metrics"
)

// The defaults of the controller manager (pkg/controller/podautoscaler/config/v1alpha1/defaults.go there).
const (
	downscaleStabilisation = 5 * time.Minute
	tolerance              = 0.1
	cpuInitialisation      = 5 * time.Minute
	initialReadiness       = 30 * time.Second
)

const firstLook = 100 * time.Millisecond // from the begin

type begin struct {
	PeriodSeconds int                                      `json:"periodSeconds"`
	Hpas          []*autoscalingv2.HorizontalPodAutoscaler `json:"hpas"`
}

type target struct {
	Replicas int32                        `json:"replicas"`
	Reported int32                        `json:"reported"`
	Pods     []*corev1.Pod                `json:"pods"`
	Metrics  []metricsapi.PodMetrics      `json:"metrics"`
	External map[string]resource.Quantity `json:"external"`
}

type step struct {
	Targets []*target `json:"targets"`
}

type told struct {
	Millis   int64  `json:"millis"`
	Replicas int32  `json:"replicas"`
	Wanted   int32  `json:"wanted"`
	Active   string `json:"active"`
	Able     string `json:"able"`
	Limited  string `json:"limited"`
}

// world is the API server and the metrics of the controller. All is read and written while nothing else runs, but for the
// controller's one worker.
type world struct {
	hpas    []*autoscalingv2.HorizontalPodAutoscaler
	changes *watch.FakeWatcher
	version int
	targets map[string]*target // by namespace: each HPA has one of its own
	looked  map[string]int64
}

func TestDriven(t *testing.T) {
	// The other handlers make whoever tells of errors too often wait, by a clock that began outside.
	utilruntime.ErrorHandlers = utilruntime.ErrorHandlers[:1]
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	// Reading does not let the clock go on: a goroutine that waits for input is not durably blocked.
	synctest.Test(t, func(t *testing.T) {
		if err := run(t.Context(), in, out); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	})
}

func run(ctx context.Context, in *bufio.Reader, out *bufio.Writer) error {
	var first begin
	if err := read(in, &first); err != nil {
		return err
	}
	w := &world{hpas: first.Hpas, changes: watch.NewFakeWithOptions(watch.FakeOptions{ChannelSize: 10 * len(first.Hpas)}),
		targets: map[string]*target{}, looked: map[string]int64{}}
	hpas := informer(w.hpaSource(), &autoscalingv2.HorizontalPodAutoscaler{})
	pods := informer(noPods(), &corev1.Pod{})
	period := time.Duration(first.PeriodSeconds) * time.Second
	deployment := schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{deployment.GroupVersion()})
	mapper.Add(deployment, meta.RESTScopeNamespace)
	controller := podautoscaler.NewHorizontalController(ctx, events{}, w, w, mapper,
		metrics.NewRESTMetricsClient(usage{w}, nil, external{w}), hpaInformer{hpas}, podInformer{pods},
		period, downscaleStabilisation, tolerance, cpuInitialisation, initialReadiness)
	for _, hpa := range first.Hpas {
		defaults.SetObjectDefaults_HorizontalPodAutoscaler(hpa)
		w.version++
		hpa.ResourceVersion = strconv.Itoa(w.version)
	}
	if err := write(out, told{Millis: time.Now().UnixMilli()}); err != nil {
		return err
	}
	for running := false; ; running = true {
		var next step
		if err := read(in, &next); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var all []any
		for i, target := range next.Targets {
			if target != nil {
				w.targets[w.hpas[i].Namespace] = target
				for _, pod := range target.Pods {
					all = append(all, pod)
				}
			}
		}
		if !running {
			go hpas.RunWithContext(ctx)
			go pods.RunWithContext(ctx)
			// Asking whether they have begun may take a moment of the clock, or none.
			time.Sleep(firstLook)
			synctest.Wait()
			if !hpas.HasSynced() || !pods.HasSynced() {
				return errors.New("the informers do not begin")
			}
		}
		if err := pods.GetIndexer().Replace(all, strconv.Itoa(w.version)); err != nil {
			return err
		}
		if !running {
			// One worker: the order is that of the queue, and what the HPAs see does not depend on it.
			go controller.Run(ctx, 1)
			time.Sleep(period / 2) // looks are in the middle between two steps from now on
		} else {
			time.Sleep(period)
		}
		synctest.Wait()
		answer := struct {
			Targets []told `json:"targets"`
		}{}
		for _, hpa := range w.hpas {
			answer.Targets = append(answer.Targets, w.told(hpas.GetIndexer(), hpa))
		}
		if err := write(out, answer); err != nil {
			return err
		}
	}
}

func (w *world) told(indexer cache.Indexer, hpa *autoscalingv2.HorizontalPodAutoscaler) told {
	result := told{Millis: w.looked[hpa.Namespace], Replicas: w.targets[hpa.Namespace].Replicas}
	known, found, err := indexer.GetByKey(hpa.Namespace + "/" + hpa.Name)
	if err != nil || !found {
		return result
	}
	status := known.(*autoscalingv2.HorizontalPodAutoscaler).Status
	result.Wanted = status.DesiredReplicas
	for _, condition := range status.Conditions {
		switch condition.Type {
		case autoscalingv2.ScalingActive:
			result.Active = condition.Reason
		case autoscalingv2.AbleToScale:
			result.Able = condition.Reason
		case autoscalingv2.ScalingLimited:
			result.Limited = condition.Reason
		}
	}
	return result
}

func read(in *bufio.Reader, document any) error {
	line, err := in.ReadBytes('\n')
	if err != nil {
		return err
	}
	return json.Unmarshal(line, document)
}

func write(out *bufio.Writer, document any) error {
	line, err := json.Marshal(document)
	if err != nil {
		return err
	}
	if _, err := out.Write(append(line, '\n')); err != nil {
		return err
	}
	return out.Flush()
}

// --- informers

type source struct {
	list    func() runtime.Object
	changes watch.Interface
}

func (s source) List(metav1.ListOptions) (runtime.Object, error)   { return s.list(), nil }
func (s source) Watch(metav1.ListOptions) (watch.Interface, error) { return s.changes, nil }
func (s source) IsWatchListSemanticsUnSupported() bool             { return true }
func (s source) ListWithContext(context.Context, metav1.ListOptions) (runtime.Object, error) {
	return s.list(), nil
}
func (s source) WatchWithContext(context.Context, metav1.ListOptions) (watch.Interface, error) {
	return s.changes, nil
}

func (w *world) hpaSource() source {
	return source{func() runtime.Object {
		list := &autoscalingv2.HorizontalPodAutoscalerList{ListMeta: metav1.ListMeta{ResourceVersion: strconv.Itoa(w.version)}}
		for _, hpa := range w.hpas {
			list.Items = append(list.Items, *hpa.DeepCopy())
		}
		return list
	}, w.changes}
}

// noPods never tells of a pod: they are put into the store between two steps.
func noPods() source {
	return source{func() runtime.Object {
		return &corev1.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "1"}}
	}, watch.NewFake()}
}

func informer(from source, example runtime.Object) cache.SharedIndexInformer {
	return cache.NewSharedIndexInformer(from, example, 0,
		cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
}

type hpaInformer struct{ cache.SharedIndexInformer }

func (i hpaInformer) Informer() cache.SharedIndexInformer { return i.SharedIndexInformer }
func (i hpaInformer) Lister() autoscalinglisters.HorizontalPodAutoscalerLister {
	return autoscalinglisters.NewHorizontalPodAutoscalerLister(i.GetIndexer())
}

type podInformer struct{ cache.SharedIndexInformer }

func (i podInformer) Informer() cache.SharedIndexInformer { return i.SharedIndexInformer }
func (i podInformer) Lister() corelisters.PodLister       { return corelisters.NewPodLister(i.GetIndexer()) }

// --- what the controller writes

type hpaWriter struct {
	autoscalingclient.HorizontalPodAutoscalerInterface
	w *world
}

func (w *world) HorizontalPodAutoscalers(string) autoscalingclient.HorizontalPodAutoscalerInterface {
	return hpaWriter{w: w}
}

func (h hpaWriter) UpdateStatus(_ context.Context, hpa *autoscalingv2.HorizontalPodAutoscaler, _ metav1.UpdateOptions) (*autoscalingv2.HorizontalPodAutoscaler, error) {
	h.w.version++
	written := hpa.DeepCopy()
	written.ResourceVersion = strconv.Itoa(h.w.version)
	h.w.changes.Modify(written)
	return written, nil
}

type scales struct {
	scale.ScaleInterface
	w         *world
	namespace string
}

func (w *world) Scales(namespace string) scale.ScaleInterface {
	return scales{w: w, namespace: namespace}
}

func (s scales) Get(_ context.Context, _ schema.GroupResource, name string, _ metav1.GetOptions) (*autoscalingv1.Scale, error) {
	s.w.looked[s.namespace] = time.Now().UnixMilli()
	target := s.w.targets[s.namespace]
	return &autoscalingv1.Scale{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: name},
		Spec:       autoscalingv1.ScaleSpec{Replicas: target.Replicas},
		Status:     autoscalingv1.ScaleStatus{Replicas: target.Reported, Selector: "app=" + name},
	}, nil
}

func (s scales) Update(_ context.Context, _ schema.GroupResource, scale *autoscalingv1.Scale, _ metav1.UpdateOptions) (*autoscalingv1.Scale, error) {
	s.w.targets[s.namespace].Replicas = scale.Spec.Replicas
	return scale, nil
}

// events are dropped: the conditions tell the same.
type events struct{ coreclient.EventInterface }

func (e events) Events(string) coreclient.EventInterface { return e }
func (e events) CreateWithEventNamespace(event *corev1.Event) (*corev1.Event, error) {
	return event, nil
}
func (e events) PatchWithEventNamespace(event *corev1.Event, _ []byte) (*corev1.Event, error) {
	return event, nil
}

// --- what the controller asks

type usage struct{ w *world }

type podMetrics struct {
	resourceclient.PodMetricsInterface
	w         *world
	namespace string
}

func (u usage) PodMetricses(namespace string) resourceclient.PodMetricsInterface {
	return podMetrics{w: u.w, namespace: namespace}
}

func (p podMetrics) List(_ context.Context, options metav1.ListOptions) (*metricsapi.PodMetricsList, error) {
	selector, err := labels.Parse(options.LabelSelector)
	if err != nil {
		return nil, err
	}
	list := &metricsapi.PodMetricsList{}
	for _, item := range p.w.targets[p.namespace].Metrics {
		if selector.Matches(labels.Set(item.Labels)) {
			list.Items = append(list.Items, item)
		}
	}
	return list, nil
}

type external struct{ w *world }

type externalOf struct {
	w         *world
	namespace string
}

func (e external) NamespacedMetrics(namespace string) external_metrics.MetricsInterface {
	return externalOf{e.w, namespace}
}

func (e externalOf) List(name string, _ labels.Selector) (*externalapi.ExternalMetricValueList, error) {
	value, known := e.w.targets[e.namespace].External[name]
	if !known {
		return nil, fmt.Errorf("nobody knows %s", name)
	}
	return &externalapi.ExternalMetricValueList{Items: []externalapi.ExternalMetricValue{{
		MetricName: name, Timestamp: metav1.Now(), Value: value}}}, nil
}
