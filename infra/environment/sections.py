"""Titles of the specification document's sections."""

from collections.abc import Mapping

SECTIONS: Mapping[str, str] = {
    "0.2": "Executive Summary",
    "1.1": "Environment Purpose and Usage",
    "1.2": "Environment Promotion Workflow",
    "2.1": "Compute Resources",
    "2.2": "Database Configuration",
    "2.3": "Storage Configuration",
    "2.4": "Network Configuration",
    "3.1": "Firebase Projects by Environment",
    "3.2": "Firebase Security Rules by Environment",
    "4.1": "API Gateway Environments",
    "4.2": "AppSync GraphQL API Configuration",
    "5.1": "Environment Variables and Secrets",
    "5.2": "Feature Flag Management",
    "6.1": "Environment-Specific Monitoring",
    "6.2": "Performance Baselines",
    "7.1": "Cost Allocation by Environment",
    "7.2": "Cost Optimization Strategies",
    "8.1": "Environment-Specific Security Controls",
    "9.1": "Maintenance Schedules",
    "9.2": "Environment Refresh Procedures",
    "10.1": "Environment-Specific DR Procedures",
    "12.1": "Related Documents",
    "12.2": "Document control and distribution",
}
