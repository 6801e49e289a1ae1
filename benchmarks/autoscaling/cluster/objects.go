package main

import (
	"context"
	"fmt"
	"math"
	"math/rand"
	"strings"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	restPods    = 2   // of a workload whose load is its usual one
	requestCPU  = 100 // thousandths of a core, of each pod
	goalPercent = 50
	ofGoal      = 0.96 // of it is used at rest, so that no noise asks for one replica more
	podsAfter   = 2 * time.Second
	writers     = 24 // requests of this program that are under way at the same time
)

var autoscalers = schema.GroupVersionResource{Group: "datadoghq.com", Version: "v1alpha2", Resource: "datadogpodautoscalers"}

// workload is a Deployment, its pods and what they do. Its autoscaler has the same name.
type workload struct {
	namespace, name string

	mu      sync.Mutex
	wanted  int32
	made    int
	pods    []string
	load    float64 // thousandths of a core, of all pods together
	figures []figure
	steps   []visible
}

// figure is what metrics.k8s.io tells of one pod.
type figure struct {
	pod  string
	nano int64
}

// visible is a change of the load that must be answered by other replicas.
type visible struct {
	at      time.Time
	desired int32
}

// world is the cluster beside the controller that is measured: objects, a kubelet that runs nothing, a metrics server.
type world struct {
	typed   *kubernetes.Clientset
	dynamic *dynamic.DynamicClient
	rest    *rest.Config
	random  *rand.Rand

	workloads   []*workload
	byKey       map[string]*workload
	byNamespace map[string][]*workload
	work        chan *workload

	mu      sync.RWMutex // held for writing while the figures are replaced
	tickAt  time.Time
	answers sync.Map // namespace to bytes, until the next tick
}

func newWorld(kubeconfig string) (*world, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = -1, 0
	plain := rest.CopyConfig(config)
	config.ContentType = "application/vnd.kubernetes.protobuf"
	config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	untyped, err := dynamic.NewForConfig(plain)
	if err != nil {
		return nil, err
	}
	return &world{typed: typed, dynamic: untyped, rest: plain, random: rand.New(rand.NewSource(7)),
		byKey: map[string]*workload{}, byNamespace: map[string][]*workload{}, work: make(chan *workload, 1<<16)}, nil
}

// plan names the workloads; nothing is made yet.
func (w *world) plan(prefix string, objects, namespaces int) []*workload {
	var planned []*workload
	for i := 0; i < objects; i++ {
		one := &workload{namespace: fmt.Sprintf("%s-%d", prefix, i%namespaces), name: fmt.Sprintf("web-%d", i),
			wanted: restPods, load: loadFor(restPods)}
		planned = append(planned, one)
		w.workloads = append(w.workloads, one)
		w.byKey[one.namespace+"/"+one.name] = one
		w.byNamespace[one.namespace] = append(w.byNamespace[one.namespace], one)
	}
	return planned
}

// loadFor is the load that so many replicas are right for.
func loadFor(replicas int32) float64 {
	return float64(replicas) * requestCPU * goalPercent / 100 * ofGoal
}

// each does one thing for all of them, many at the same time; the first error ends it.
func each[T any](all []T, do func(T) error) error {
	todo := make(chan T)
	failed := make(chan error, writers)
	var done sync.WaitGroup
	for i := 0; i < writers; i++ {
		done.Add(1)
		go func() {
			defer done.Done()
			var err error
			for one := range todo {
				if err == nil {
					err = do(one)
				}
			}
			failed <- err
		}()
	}
	for _, one := range all {
		todo <- one
	}
	close(todo)
	done.Wait()
	for i := 0; i < writers; i++ {
		if err := <-failed; err != nil {
			return err
		}
	}
	return nil
}

func (w *world) create(ctx context.Context, planned []*workload, scaler func(context.Context, *workload) error) error {
	seen := map[string]bool{}
	for _, one := range planned {
		if !seen[one.namespace] {
			seen[one.namespace] = true
			space := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: one.namespace}}
			if _, err := w.typed.CoreV1().Namespaces().Create(ctx, space, metav1.CreateOptions{}); err != nil {
				return err
			}
		}
	}
	return each(planned, func(one *workload) error {
		made, err := w.typed.AppsV1().Deployments(one.namespace).Create(ctx, deployment(one), metav1.CreateOptions{})
		if err != nil {
			return err
		}
		if err := w.follow(ctx, one, made); err != nil {
			return err
		}
		return scaler(ctx, one)
	})
}

func deployment(one *workload) *appsv1.Deployment {
	labels := map[string]string{"app": one.name}
	replicas := one.wanted
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: one.name, Namespace: one.namespace, Labels: labels},
		Spec: appsv1.DeploymentSpec{Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: podSpec()}},
	}
}

func podSpec() corev1.PodSpec {
	return corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: "none", Resources: corev1.ResourceRequirements{
		Requests: corev1.ResourceList{
			corev1.ResourceCPU:    *resource.NewMilliQuantity(requestCPU, resource.DecimalSI),
			corev1.ResourceMemory: resource.MustParse("128Mi")}}}}}
}

// datadog makes a DatadogPodAutoscaler. With the strategy hpa it decides what the other controller decides.
func (w *world) datadog(strategy string) func(context.Context, *workload) error {
	return func(ctx context.Context, one *workload) error {
		metadata := map[string]any{"name": one.name, "namespace": one.namespace}
		if strategy != "" {
			metadata["annotations"] = map[string]any{"autoscaling.drover.io/strategy": strategy}
		}
		_, err := w.dynamic.Resource(autoscalers).Namespace(one.namespace).Create(ctx, &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "datadoghq.com/v1alpha2", "kind": "DatadogPodAutoscaler", "metadata": metadata,
			"spec": map[string]any{"owner": "Local",
				"targetRef":   map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "name": one.name},
				"constraints": map[string]any{"minReplicas": int64(1), "maxReplicas": int64(20)},
				"objectives": []any{map[string]any{"type": "PodResource", "podResource": map[string]any{"name": "cpu",
					"value": map[string]any{"type": "Utilization", "utilization": int64(goalPercent)}}}}},
		}}, metav1.CreateOptions{})
		return err
	}
}

func (w *world) hpa(ctx context.Context, one *workload) error {
	least, goal := int32(1), int32(goalPercent)
	_, err := w.typed.AutoscalingV2().HorizontalPodAutoscalers(one.namespace).Create(ctx, &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{Name: one.name, Namespace: one.namespace},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: one.name},
			MinReplicas:    &least, MaxReplicas: 20,
			Metrics: []autoscalingv2.MetricSpec{{Type: autoscalingv2.ResourceMetricSourceType,
				Resource: &autoscalingv2.ResourceMetricSource{Name: corev1.ResourceCPU,
					Target: autoscalingv2.MetricTarget{Type: autoscalingv2.UtilizationMetricType, AverageUtilization: &goal}}}}},
	}, metav1.CreateOptions{})
	return err
}

// run follows the replicas of all Deployments, as the controllers and kubelets of a cluster do, only that nothing runs.
func (w *world) run(ctx context.Context) error {
	for i := 0; i < writers; i++ {
		go func() {
			for {
				select {
				case <-ctx.Done():
					return
				case one := <-w.work:
					made, err := w.typed.AppsV1().Deployments(one.namespace).Get(ctx, one.name, metav1.GetOptions{})
					if err == nil {
						err = w.follow(ctx, one, made)
					}
					if err != nil && ctx.Err() == nil && !strings.Contains(err.Error(), "the object has been modified") {
						fmt.Println("kubelet:", err)
					}
				}
			}
		}()
	}
	list, err := w.typed.AppsV1().Deployments("").List(ctx, metav1.ListOptions{Limit: 1})
	if err != nil {
		return err
	}
	go w.watch(ctx, list.ResourceVersion)
	return nil
}

func (w *world) watch(ctx context.Context, version string) {
	for ctx.Err() == nil {
		changes, err := w.typed.AppsV1().Deployments("").Watch(ctx, metav1.ListOptions{ResourceVersion: version})
		if err != nil {
			fmt.Println("kubelet:", err)
			return
		}
		for change := range changes.ResultChan() {
			made, ok := change.Object.(*appsv1.Deployment)
			if !ok {
				continue
			}
			version = made.ResourceVersion
			if one := w.byKey[made.Namespace+"/"+made.Name]; one != nil {
				one.mu.Lock()
				differs := *made.Spec.Replicas != one.wanted
				one.mu.Unlock()
				if differs {
					// No pod is there at once.
					time.AfterFunc(podsAfter, func() { w.work <- one })
				}
			}
		}
	}
}

// follow makes and deletes pods until there are as many as wanted, and says so in the status.
func (w *world) follow(ctx context.Context, one *workload, made *appsv1.Deployment) error {
	wanted := *made.Spec.Replicas
	one.mu.Lock()
	one.wanted = wanted
	var add, remove []string
	for int32(len(one.pods)) < wanted {
		one.made++
		add = append(add, fmt.Sprintf("%s-%d", one.name, one.made))
		one.pods = append(one.pods, add[len(add)-1])
	}
	for int32(len(one.pods)) > wanted {
		remove = append(remove, one.pods[len(one.pods)-1])
		one.pods = one.pods[:len(one.pods)-1]
	}
	one.mu.Unlock()
	pods := w.typed.CoreV1().Pods(one.namespace)
	for _, name := range add {
		pod, err := pods.Create(ctx, &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"app": one.name}}, Spec: podSpec()}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		// Long since, so that no controller waits for its figures to settle.
		since := metav1.NewTime(time.Now().Add(-time.Hour))
		pod.Status = corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &since, Conditions: []corev1.PodCondition{
			{Type: corev1.PodReady, Status: corev1.ConditionTrue, LastTransitionTime: since}}}
		if _, err := pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	now := int64(0)
	for _, name := range remove {
		if err := pods.Delete(ctx, name, metav1.DeleteOptions{GracePeriodSeconds: &now}); err != nil {
			return err
		}
	}
	made.Status.Replicas, made.Status.ReadyReplicas = wanted, wanted
	_, err := w.typed.AppsV1().Deployments(one.namespace).UpdateStatus(ctx, made, metav1.UpdateOptions{})
	return err
}

// tick replaces all figures at once, as metrics-server does after it has asked all nodes. Of each share of the workloads one
// gets twice its load, or its usual one again; the others' load moves by up to 3 %, which changes no replicas.
func (w *world) tick(among []*workload, stepped int, down bool) {
	pick := map[*workload]bool{}
	for _, i := range w.random.Perm(len(among)) {
		if len(pick) == stepped {
			break
		}
		one := among[i]
		one.mu.Lock()
		rest := int(one.wanted) == restPods && len(one.steps)%2 == 0 && (down || len(one.steps) == 0)
		up := int(one.wanted) == 2*restPods && len(one.steps)%2 == 1 && down
		one.mu.Unlock()
		if rest || up {
			pick[one] = true
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tickAt = time.Now()
	w.answers.Clear()
	for _, one := range w.workloads {
		one.mu.Lock()
		if pick[one] {
			desired := int32(2 * restPods)
			if len(one.steps)%2 == 1 {
				desired = restPods
			}
			one.load = loadFor(desired)
			one.steps = append(one.steps, visible{w.tickAt, desired})
		}
		one.figures = one.figures[:0]
		for _, pod := range one.pods {
			noise := 0.97 + 0.06*w.random.Float64()
			nano := math.Round(one.load / float64(len(one.pods)) * noise * 1e6)
			one.figures = append(one.figures, figure{pod, int64(nano)})
		}
		one.mu.Unlock()
	}
}
