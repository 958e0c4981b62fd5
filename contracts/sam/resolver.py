"""The resolver of one template: a value as written in, the value that a deployment would have out.

A value that nobody can know before a deployment stays in its place as `Unresolved`, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from contracts.errors import Location, TemplateError
from contracts.sam import expressions
from contracts.sam.deployment import Deployment
from contracts.sam.expressions import UnknownValueError, as_function, as_text, nearest
from contracts.sam.intrinsics import FUNCTIONS, Keys, condition_holds, unknown_function
from contracts.sam.physical import NAME_PROPERTIES, Physical, generated_name
from contracts.stack import Unresolved

Locate = Callable[[Keys], Location]
# Types that belong to a function, and the property that names it.
OF_A_FUNCTION = {
    "AWS::Lambda::Alias": "FunctionName",
    "AWS::Lambda::Url": "TargetFunctionArn",
    "AWS::Lambda::Version": "FunctionName",
}


class _NoValue:
    """The type of `AWS::NoValue`: the member that has it is left out."""


NO_VALUE = _NoValue()


class Resolver:
    """
    Resolves values of one template.

    Args:
        template: The template; its sections Resources, Conditions and Mappings are read when asked for.
        parameters: What `Ref` returns for each parameter; a list for the list types.
        locate: The place of a value in the template as it was written, by its keys.
    """

    def __init__(
        self,
        template: Mapping[str, Any],
        *,
        parameters: Mapping[str, str | list[str] | Unresolved],
        deployment: Deployment,
        locate: Locate,
    ) -> None:
        self.deployment = deployment
        self.region = deployment.region
        self.resources = _section(template, "Resources")
        self.conditions = _section(template, "Conditions")
        self.mappings = _section(template, "Mappings")
        self._parameters: Mapping[str, Any] = {**parameters, **deployment.pseudo_parameters()}
        self._locate = locate
        self._decided: dict[str, bool] = {}
        self._deployed: dict[str, Physical] = {}
        self._open: list[tuple[str, str]] = []

    def resolve(self, written: Any, keys: Keys = ()) -> Any:
        """
        The value with every intrinsic function in it resolved, or `Unresolved` in its place.

        Args:
            written: A JSON value.
            keys: Where the value is in the template, for the places of what cannot be resolved.
        """
        found = self.value(written, keys)
        return None if found is NO_VALUE else found

    def physical(self, logical_id: str) -> Physical:
        """
        A resource as it is deployed.

        Raises:
            KeyError: The template has no resource of this logical id.
            TemplateError: The names of resources depend on each other in a circle.
        """
        if logical_id not in self._deployed:
            with self._opened("Resources", logical_id):
                self._deployed[logical_id] = self._physical(logical_id, self.resources[logical_id])
        return self._deployed[logical_id]

    def is_deployed(self, logical_id: str) -> bool:
        """Whether the template has the resource and its condition, if it has one, is not known to be false."""
        resource = self.resources.get(logical_id)
        if not isinstance(resource, Mapping):
            return False
        try:
            return "Condition" not in resource or self.holds(resource["Condition"])
        except UnknownValueError:
            return True

    def value(self, written: Any, keys: Keys) -> Any:
        """As `resolve`, with NO_VALUE for `AWS::NoValue`."""
        if isinstance(written, str):
            return self._string(written, keys)
        if isinstance(written, Mapping):
            function = as_function(written)
            if function is not None:
                return self._apply(function[0], function[1], keys=keys)
            members = {key: self.value(member, (*keys, key)) for key, member in written.items()}
            return {key: member for key, member in members.items() if member is not NO_VALUE}
        if isinstance(written, list):
            items = [self.value(item, (*keys, index)) for index, item in enumerate(written)]
            return [item for item in items if item is not NO_VALUE]
        return written

    def known(self, written: Any, keys: Keys) -> Any:
        """The value; raises `UnknownValueError` when any part of it cannot be resolved."""
        found = self.value(written, keys)
        unresolved = expressions.first_unresolved(found)
        if unresolved is not None:
            raise UnknownValueError(unresolved.reason, unresolved.cure)
        return found

    def text(self, written: Any, keys: Keys) -> str:
        """The value as text; raises `UnknownValueError` when it has none."""
        return as_text(self.known(written, keys))

    def reference(self, name: str) -> Any:
        """What `Ref` returns; raises `UnknownValueError` for a name that the template lacks."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self._parameters:
            value = self._parameters[name]
            if isinstance(value, Unresolved):
                raise UnknownValueError(value.reason, value.cure)
            return value
        pseudo = tuple(key for key in self._parameters if "::" in key)
        own = tuple(key for key in self._parameters if "::" not in key)
        self._require(name, (*own, *self.resources, *pseudo))
        return self.physical(name).ref

    def attribute(self, argument: Any, keys: Keys) -> str:
        """What `Fn::GetAtt` returns; raises `UnknownValueError` for a resource or an attribute that is not known."""
        if isinstance(argument, list):
            argument = [self.text(part, keys) for part in argument]
        logical_id, attribute = expressions.attribute_reference(argument)
        self._require(logical_id, tuple(self.resources))
        physical = self.physical(logical_id)
        value = physical.attribute(attribute)
        if value is None:
            raise UnknownValueError(f"the attribute {attribute} of {physical.kind} is not known before a deployment")
        return value

    def holds(self, name: Any) -> bool:
        """Whether a condition of the template holds; raises `UnknownValueError` when nobody can know."""
        if not isinstance(name, str) or name not in self.conditions:
            raise UnknownValueError(
                f'Conditions has no "{name}"{nearest(str(name), self.conditions)}',
                "Correct the name, or add it to Conditions.",
            )
        if name not in self._decided:
            with self._opened("Conditions", name):
                self._decided[name] = condition_holds(self, self.conditions[name], ("Conditions", name))
        return self._decided[name]

    def _require(self, logical_id: str, candidates: tuple[str, ...]) -> None:
        if logical_id not in self.resources:
            raise UnknownValueError(
                f'the template has no "{logical_id}"{nearest(logical_id, candidates)}',
                "Correct the name, or add it to the template.",
            )
        if not self.is_deployed(logical_id):
            condition = self.resources[logical_id]["Condition"]
            raise UnknownValueError(f'"{logical_id}" is not deployed: its condition {condition} does not hold')

    def _physical(self, logical_id: str, resource: Mapping[str, Any]) -> Physical:
        kind = str(resource.get("Type"))
        properties = _section(resource, "Properties")
        keys: Keys = ("Resources", logical_id, "Properties")
        name = self.resolve(properties.get(NAME_PROPERTIES.get(kind, "")), keys)
        # A name that depends on a value nobody gave is replaced by the one CloudFormation would generate.
        if not isinstance(name, str) or not name:
            name = generated_name(kind, logical_id, stack_name=self.deployment.stack_name, properties=properties)
        folder = self.resolve(properties.get("Path"), keys) if kind.startswith("AWS::IAM::") else "/"
        return Physical(
            kind=kind,
            logical_id=logical_id,
            name=name,
            deployment=self.deployment,
            path=folder if isinstance(folder, str) else "/",
            function_arn=self._function_arn(kind, properties, keys=keys),
        )

    def _function_arn(self, kind: str, properties: Mapping[str, Any], *, keys: Keys) -> str:
        if kind not in OF_A_FUNCTION:
            return ""
        named = self.resolve(properties.get(OF_A_FUNCTION[kind]), keys)
        name = str(named)
        # A function is named by its name, by its ARN, or by part of an ARN that ends with `function:<name>`.
        if "function:" in name:
            name = name.partition("function:")[2].partition(":")[0]
        return Physical("AWS::Lambda::Function", logical_id="", name=name, deployment=self.deployment).arn or ""

    @contextmanager
    def _opened(self, section: str, name: str) -> Iterator[None]:
        entry = (section, name)
        if entry in self._open:
            circle = [*self._open[self._open.index(entry) :], entry]
            raise TemplateError(
                f"{section} depend on each other in a circle: {' -> '.join(name for _, name in circle)}",
                location=self._locate(entry),
                cure="Break the circle: write one of the values out.",
            )
        self._open.append(entry)
        try:
            yield
        finally:
            self._open.pop()

    def _string(self, written: str, keys: Keys) -> str | Unresolved:
        if "{{resolve:" not in written or (found := expressions.DYNAMIC_REFERENCE.search(written)) is None:
            return written
        return Unresolved(
            expression=found.group(),
            reason="a dynamic reference has its value in AWS alone",
            location=self._locate(keys),
            cure="Make it a parameter of the template and give that in [tool.contracts.parameters].",
        )

    def _apply(self, name: str, argument: Any, *, keys: Keys) -> Any:
        try:
            return FUNCTIONS.get(name, unknown_function)(self, argument, (*keys, name))
        except UnknownValueError as unknown:
            return Unresolved(
                expression=expressions.short_form(name, argument),
                reason=unknown.reason,
                location=self._locate(keys),
                cure=unknown.cure,
            )


def _section(template: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = template.get(name)
    return section if isinstance(section, Mapping) else {}
